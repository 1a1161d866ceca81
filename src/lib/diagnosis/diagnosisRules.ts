import type { Directory } from '../directory/directory.ts';
import type { CatalogueOverrides } from './catalogue/catalogueOverrides.ts';

/** What of the rules the diagnosis goes by: which device belongs where, and the installation's own words. */
export type DiagnosisRules = Directory & { readonly catalogue: CatalogueOverrides };
