import type { Controls } from '../control/control.ts';
import type { Receiver } from '../policy/receiver.ts';
import type { Rules, RulesVersion } from '../policy/rules.ts';

type StoredRules = Omit<
  Rules,
  'controls' | 'version' | 'receivers' | 'sitePattern' | 'selfWatch' | 'allowHosts'
> & {
  readonly sitePattern: string | null;
  readonly receivers: readonly (Omit<Receiver, 'settingNames'> & { readonly channel: { kind: string } })[];
};

/**
 * The configuration's part of the rules as text: everything that decides who is told what, and when. Of a channel its
 * kind alone, so that no address and no secret is kept.
 */
export function writeRules(rules: Rules): string {
  const { controls, version, receivers, sitePattern, selfWatch, allowHosts, ...decides } = rules;
  const stored: StoredRules = {
    ...decides,
    sitePattern: sitePattern?.source ?? null,
    receivers: [...receivers.values()].map(({ settingNames: _, ...receiver }) => ({
      ...receiver,
      channel: { kind: receiver.channel.kind },
    })),
  };
  return JSON.stringify(stored);
}

/**
 * Rules that can decide again, but tell nobody.
 * @param present the rules of today: what a record of an earlier version of the code lacks is as in them
 */
export function readRules(stored: object, controls: Controls, version: RulesVersion, present: Rules): Rules {
  const { sitePattern, receivers, policy, ...decides } = stored as StoredRules;
  return {
    ...present,
    ...decides,
    policy: { ...present.policy, ...policy },
    sitePattern: sitePattern === null ? null : new RegExp(sitePattern),
    receivers: new Map(receivers.map((receiver) => [receiver.name, receiver])),
    controls,
    version,
  };
}
