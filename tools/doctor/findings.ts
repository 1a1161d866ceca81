import { azureFindings } from './azureFindings.ts';
import type { Facts } from './facts.ts';
import { type Finding, ok, unchecked, wrong } from './finding.ts';
import { mailFindings, receiverFindings } from './receiverFindings.ts';
import { storageFindings } from './storageFindings.ts';

/** Events of a fleet come all day; a hub that says nothing for longer is worth a look. */
const silentAfterMs = 24 * 60 * 60_000;

/** What the facts mean, in the order in which things depend on each other. Nothing is looked at here. */
export function findingsOf(facts: Facts): Finding[] {
  return [
    ...settingFindings(facts),
    ...configurationFindings(facts),
    ...storageFindings(facts),
    ...mailFindings(facts),
    ...logFindings(facts),
    ...azureFindings(facts),
    ...receiverFindings(facts),
    ...appFindings(facts),
    ...hubFindings(facts),
    ...versionFindings(facts),
  ];
}

function settingFindings({ settings: { fault, publicUrl } }: Facts): Finding[] {
  return [
    fault === null
      ? ok('settings', 'the storage and the configuration are named')
      : wrong(
          'settings',
          fault,
          'run this with the settings of the app, in the shell or in local.settings.json',
        ),
    publicUrl === null
      ? wrong(
          'links',
          'PUBLIC_URL is not set, so notices have no link to their incident',
          'set it to the address of the app, like https://func-fleet.azurewebsites.net',
        )
      : ok('links', `notices link to ${publicUrl}`),
  ];
}

function configurationFindings({ configuration }: Facts): Finding[] {
  if (configuration.problems === null) {
    const many = configuration.receivers.length;
    return [ok('configuration', `${configuration.source}, ${many} ${many === 1 ? 'receiver' : 'receivers'}`)];
  }
  return configuration.problems.map((problem) =>
    wrong(
      'configuration',
      problem,
      `correct ${configuration.source}; npm run config -- check lists every mistake`,
    ),
  );
}

function logFindings({ logs, settings }: Facts): Finding[] {
  const check = 'workspace';
  if (settings.fault !== null) return [unchecked(check, 'the settings cannot be used', 'see settings')];
  if (logs === null)
    return [
      ok(check, 'none is named: notices say that diagnosis is not set up (LOG_ANALYTICS_WORKSPACE_ID)'),
    ];
  switch (logs.kind) {
    case 'rows':
    case 'partial':
      return [
        logs.rows.length > 0
          ? ok(check, 'it answers, and has rows of the last day')
          : wrong(
              check,
              'it answers, but has no row of the last day',
              "switch the category Connections on in the hub's diagnostic setting, to this workspace",
            ),
      ];
    case 'noTable':
      return [
        wrong(
          check,
          'it has no table AzureDiagnostics: no hub has ever sent its logs there',
          'make the diagnostic setting of the hub (deploy infra/main.bicep again); rows come minutes later',
        ),
      ];
    case 'refused':
      return [
        wrong(
          check,
          `it refuses the identity (${logs.reason})`,
          'give it the role Log Analytics Data Reader there',
        ),
      ];
    case 'throttled':
      return [unchecked(check, 'it is asked too often just now', 'try again in a minute')];
    case 'timedOut':
      return [wrong(check, 'no answer in time', 'check LOG_ANALYTICS_ENDPOINT and the network')];
    case 'failed':
      return [wrong(check, logs.reason, 'check LOG_ANALYTICS_WORKSPACE_ID and LOG_ANALYTICS_ENDPOINT')];
    default:
      return logs satisfies never;
  }
}

function appFindings({ app, configuration }: Facts): Finding[] {
  const check = 'app';
  if (app === null) return [unchecked(check, 'no address of a running app', 'set PUBLIC_URL, or give --url')];
  if (app.health === null)
    return [wrong(check, `${app.url} does not answer`, 'start it; docs/operations.md#first-ten-minutes')];
  if (app.health !== 200)
    return [
      wrong(
        check,
        `${app.url}/api/health answers ${app.health}`,
        'its log names the setting or the mistake that stops it',
      ),
    ];
  const refused = 'because' in app.responder ? [] : (app.responder.configuration?.problems ?? []);
  const theirs = 'because' in app.responder ? undefined : app.responder.rules?.hash;
  const differs = theirs !== undefined && configuration.problems === null && theirs !== configuration.hash;
  return [
    ok(check, `${app.url} is ready`),
    ...refused.map((problem) =>
      wrong(check, `it refuses the newest configuration: ${problem}`, 'push a correct version'),
    ),
    ...(differs
      ? [
          wrong(
            check,
            'it uses another configuration, or other settings, than this command',
            'run this with the settings of the app; a new version is in use after a minute',
          ),
        ]
      : []),
  ];
}

function hubFindings({ app, nowMs }: Facts): Finding[] {
  const check = 'events';
  if (app === null || app.health !== 200) return [unchecked(check, 'the app would know', 'see app')];
  if ('because' in app.responder)
    return [unchecked(check, app.responder.because, 'give a function key with --key')];
  const { hubs } = app.responder;
  if (hubs === undefined)
    return [unchecked(check, 'this version of the app does not tell', 'publish a newer one')];
  if (hubs.length === 0)
    return [wrong(check, 'no event has ever come', 'connect a device; then look at the event subscription')];
  return hubs.map(({ hub, lastEvent }) => {
    const silentMs = nowMs - Date.parse(lastEvent);
    return silentMs <= silentAfterMs
      ? ok(check, `${hub}: the last one came ${lastEvent}`)
      : wrong(check, `${hub}: none since ${lastEvent}`, 'docs/operations.md#delivery-failing');
  });
}

function versionFindings({ versions: { code, node }, app, configuration }: Facts): Finding[] {
  const check = 'versions';
  const theirs = app !== null && !('because' in app.responder) ? app.responder.code?.version : undefined;
  const rules = configuration.problems === null ? `, rules ${configuration.hash.slice(0, 12)}` : '';
  const own = `code ${code}${rules}, Node.js ${node}`;
  if (Number(/^v?(\d+)/.exec(node)?.[1]) < 24)
    return [wrong(check, own, 'the app runs on Node.js 24: start this with npm run doctor')];
  return theirs === undefined || theirs === code
    ? [ok(check, own)]
    : [wrong(check, `${own}; the app has code ${theirs}`, 'publish this version, or check out that one')];
}
