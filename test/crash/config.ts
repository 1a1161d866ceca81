/** Short holds; three receivers, of which `chief` hears of critical sites only. */
export function crashConfig(receiversUrl: string): string {
  return `
policy:
  offlineAfter: 2s
  recoveredAfter: 1s
  groupWait: 1s
  groupInterval: 2s
  flapping: off
delivery: { timeout: 3s, retryFirst: 1s, retryMax: 4s }
sitePattern: "^(?<site>site\\\\d+)-"
receivers:
  everyone: { webhook: { url: "${receiversUrl}/everyone" } }
  each: { webhook: { url: "${receiversUrl}/each" } }
  chief: { webhook: { url: "${receiversUrl}/chief" } }
routes:
  - { per: site, to: [everyone] }
  - { per: device, to: [each] }
  - { match: { severity: [critical] }, per: site, to: [chief] }
`;
}
