import { alertRules } from './alertRules.ts';
import { ofType, type Prediction, type Resource, valueAt } from './prediction.ts';
import { broken } from './rules.ts';

/** Every way for the responder or its fleet to fail that somebody must hear of. */
const alerts = [
  'connected-devices-low',
  'hub-events-failing',
  'hub-link-removed',
  'sweep-silent',
  'function-failures',
  'wake-ups-overdue',
  'poison-messages',
  'notices-failed',
  'configuration-refused',
  'daily-cap-reached',
  'dead-letters',
  'events-dropped',
  'delivery-failing',
];

/** The hub's logs are on, and each failure has an alert that reaches somebody and names a runbook that exists. */
export function checkAlerts(prediction: Prediction, runbooks: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const [group] = ofType(prediction, 'Microsoft.Insights/actionGroups');
  if (!valueAt(group, 'properties.emailReceivers.0') || valueAt(group, 'properties.enabled') !== true)
    problems.push('the action group reaches nobody');

  const rules = [
    ...ofType(prediction, 'Microsoft.Insights/metricAlerts'),
    ...ofType(prediction, 'Microsoft.Insights/activityLogAlerts'),
    ...ofType(prediction, 'Microsoft.Insights/scheduledQueryRules'),
  ];
  for (const key of alerts) {
    if (!rules.some(({ name }) => name.endsWith(`-${key}`))) problems.push(`no alert says ${key}`);
  }
  for (const rule of rules) {
    const runbook = /#([a-z-]+)$/.exec(String(valueAt(rule, 'properties.description')))?.[1];
    if (runbook === undefined) problems.push(`${rule.name} names no runbook`);
    else if (!runbooks.has(runbook))
      problems.push(`${rule.name} names the runbook ${runbook}, which is not there`);
    if (valueAt(rule, 'properties.enabled') !== true) problems.push(`${rule.name} is switched off`);
    if (!groupsOf(rule).includes(group?.id ?? '')) problems.push(`${rule.name} tells nobody`);
  }
  return [...problems, ...broken(prediction, alertRules(prediction)), ...checkLogs(prediction)];
}

function groupsOf(rule: Resource): readonly string[] {
  const { actions } = rule.properties as {
    actions?: readonly unknown[] | { actionGroups?: readonly unknown[] };
  };
  const groups = Array.isArray(actions) ? actions : ((valueAt(actions, 'actionGroups') ?? []) as unknown[]);
  return groups.map((group) => String(typeof group === 'string' ? group : valueAt(group, 'actionGroupId')));
}

function checkLogs(prediction: Prediction): string[] {
  const settings = ofType(prediction, 'Microsoft.Insights/diagnosticSettings').filter(({ id }) =>
    id.includes('/Microsoft.Devices/IotHubs/'),
  );
  const on = settings.some((setting) => {
    const logs = (valueAt(setting, 'properties.logs') ?? []) as readonly unknown[];
    const connections = logs.find((log) => valueAt(log, 'category') === 'Connections');
    return valueAt(connections, 'enabled') === true && Boolean(valueAt(setting, 'properties.workspaceId'));
  });
  return on ? [] : ["the hub's connection logs do not go to the workspace"];
}

/** The anchors of a Markdown page's headings, as forges make them. */
export function anchorsOf(markdown: string): Set<string> {
  return new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}
