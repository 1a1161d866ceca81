/** How long a device or, with `deviceId` null, any device of a site was down in a month. Whole minutes. */
export type ReportItem = {
  readonly hub: string;
  readonly site: { readonly id: string; readonly name: string };
  readonly deviceId: string | null;
  readonly moduleId: string | null;
  readonly minutes: number;
  /** Times without contact. */
  readonly outages: number;
};
