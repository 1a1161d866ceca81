/** A hub whose count of connected devices is watched. */
export type HubConfig = {
  /** ARM id, as the file has it. */
  readonly resourceId: string;
  readonly name: string;
  /** From this share of the expected level, 0 to 1, and from this many devices on, a drop is told. */
  readonly dropShare: number;
  readonly dropAtLeast: number;
};
