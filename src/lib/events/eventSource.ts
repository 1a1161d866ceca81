/** Where the events of a fleet come from (docs/scale.md). */
export const eventSources = ['eventGrid', 'storageQueue', 'eventHubs'] as const;
export type EventSource = (typeof eventSources)[number];

/** What `EVENT_SOURCE` says; Event Grid unless it says another. null: it is none. */
export function eventSourceOf(setting: string | null): EventSource | null {
  if (setting === null) return 'eventGrid';
  return eventSources.find((source) => source.toLowerCase() === setting.toLowerCase()) ?? null;
}
