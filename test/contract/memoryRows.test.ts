import { createMemoryRows } from '../support/memoryRows.ts';
import { rowStoreContract } from './rowStore.contract.ts';

const rows = createMemoryRows();

rowStoreContract(() => rows);
