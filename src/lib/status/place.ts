/** Paths of the pages on this installation. @param base what all paths begin with; empty: nothing */
export function statusPaths(base: string) {
  const status = `${base}/status`;
  return {
    sites: status,
    site: (hub: string, site: string) =>
      `${status}/sites/${encodeURIComponent(hub)}/${encodeURIComponent(site)}`,
    incident: (incidentId: string) => `${status}/incidents/${encodeURIComponent(incidentId)}`,
    receivers: `${status}/receivers`,
    responder: `${status}/responder`,
    report: `${status}/report`,
    why: `${status}/why`,
    script: (name: string) => `${status}/assets/${name}`,
  };
}

export type StatusPaths = ReturnType<typeof statusPaths>;
