import type { Cause } from '../diagnosis.ts';

/** Words and steps that the operator of this installation added to the built-in catalogue of causes and codes. */
export type CatalogueOverrides = {
  readonly codes: Readonly<
    Record<string, { readonly name?: string; readonly meaning?: string; readonly steps?: readonly string[] }>
  >;
  readonly causes: Readonly<
    Partial<Record<Cause, { readonly meaning?: string; readonly steps?: readonly string[] }>>
  >;
};
