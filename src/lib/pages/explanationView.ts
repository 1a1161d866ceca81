import type { DeviceId } from '../events/event.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { RulesVersion } from '../policy/rules.ts';
import { iso } from './deviceView.ts';

/** An explanation, and what it was asked for. */
type Explained = Explanation & {
  readonly asked: DeviceId & { readonly hub: string; readonly atMs: number };
  readonly site: { readonly id: string; readonly name: string } | null;
  readonly version: RulesVersion;
};

/** What `GET /api/explain` answers. Instants are ISO 8601 in UTC. */
export function explanationView({ asked, site, version, ...explanation }: Explained) {
  const { known, outcome, receivers, looked, sentences, after } = explanation;
  const { hub, deviceId, moduleId, atMs } = asked;
  return {
    hub,
    deviceId,
    moduleId,
    site: site && { id: site.id, name: site.name },
    at: iso(atMs),
    known: {
      phase: known.phase,
      flapping: known.flapping,
      since: known.sinceMs === null ? null : iso(known.sinceMs),
      holdEndsAt: known.holdEndsAtMs === null ? null : iso(known.holdEndsAtMs),
    },
    rules: { version: versionName(version) },
    outcome,
    receivers: receivers.map(({ atMs: toldMs, ...answer }) => ({
      ...answer,
      at: toldMs === null ? null : iso(toldMs),
    })),
    looked,
    sentences,
    after,
  };
}

/** The beginning of the digest, and how often people had changed something since. */
function versionName({ hash, controls = 0 }: RulesVersion): string {
  return controls === 0 ? hash.slice(0, 12) : `${hash.slice(0, 12)}+${controls}`;
}
