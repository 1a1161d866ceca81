import { type Facts, factsOf } from './facts.ts';
import type { Observations } from './observations.ts';
import {
  evenPartialLoss,
  everythingFell,
  quota,
  serviceFaults,
  serviceWork,
  suspended,
} from './rules/hub.ts';
import {
  administrative,
  clientFaults,
  contradictions,
  credentials,
  identityClash,
  plannedStop,
  routine,
  throttling,
} from './rules/refusals.ts';
import { device, deviceSoftware, gateway, networkPolicy, provider, siteUplink } from './rules/shape.ts';
import { ofAll, type Rule, type Verdict, verdict } from './rules/verdict.ts';

/**
 * In this order: what the hub says of itself, what it says to the devices, contradictions between these, and last the
 * shape of a loss that nobody explained. The first rule that has something to say decides.
 */
const rules: readonly Rule[] = [
  suspended,
  quota,
  serviceWork,
  serviceFaults,
  administrative,
  throttling,
  credentials,
  identityClash,
  clientFaults,
  routine,
  plannedStop,
  contradictions,
  everythingFell,
  provider,
  evenPartialLoss,
  networkPolicy,
  deviceSoftware,
  gateway,
  siteUplink,
  device,
];

/** The likely cause of what was observed, how sure it is, and the evidence for and against (design §6). */
export function classify(observed: Observations): Verdict {
  return judge(factsOf(observed));
}

export function judge(facts: Facts): Verdict {
  for (const rule of rules) {
    const found = rule(facts);
    if (found) return found;
  }
  const { fallen, known, spoken, stories, observed } = facts;
  const why = [
    spoken === 0 && observed.logs !== 'unread' && 'The logs have no row about the loss.',
    spoken > 0 && `What the logs say of ${ofAll(spoken, stories.length)} fits no known cause.`,
    fallen > 1 &&
      fallen < known &&
      `${ofAll(fallen, known)} of the site fell, and nothing tells them from the rest.`,
  ].filter((each) => each !== false);
  return verdict('unknown', 'low', [], why.length > 0 ? [why.join(' ')] : []);
}
