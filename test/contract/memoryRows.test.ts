import { createMemoryRows } from '../../src/lib/store/memoryRows.ts';
import { rowStoreContract } from './rowStore.contract.ts';

const rows = createMemoryRows();

rowStoreContract(() => rows);
