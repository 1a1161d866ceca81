import type { DeviceEvent } from '../events/event.ts';

/** Thrown when the events of some sites of a delivery could not be stored; those of the others were. */
export class UnstoredEventsError extends AggregateError {
  override readonly name = 'UnstoredEventsError';
  readonly events: readonly DeviceEvent[];

  /** @param faults one of each site */
  constructor(faults: readonly unknown[], events: readonly DeviceEvent[]) {
    super(faults, `events of ${faults.length} sites could not be stored: ${String(faults[0])}`);
    this.events = events;
  }
}
