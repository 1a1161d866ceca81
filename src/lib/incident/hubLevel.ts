/** How a hub's count of connected devices stands to what it was, as a notice tells it. Whole devices. */
export type HubLevel = {
  readonly connected: number;
  /** The level an hour before the drop was first seen. */
  readonly expected: number;
  /** Devices that are gone since then by our own events. */
  readonly explained: number;
  /** Why the drop is over; null: it is not. `newNormal`: it has lasted for a day. */
  readonly ended: 'levelBack' | 'explained' | 'newNormal' | null;
};
