import * as z from 'zod';
import { hubNameFault } from '../config/textFaults.ts';
import { oneOf, text } from '../fields/fieldTypes.ts';
import * as answers from './answers.ts';
import type { Call } from './call.ts';
import { callRoutes as routes } from './callRoutes.ts';
import { explainRequest } from './explainRequest.ts';
import { instant } from './fields.ts';
import { lossRequest } from './lossRequest.ts';
import { listParameters, word } from './query.ts';
import {
  acknowledgeRequest,
  byRequest,
  maintenanceRequest,
  noteRequest,
  silenceRequest,
} from './requests.ts';

const hub = () => text('use the name of a hub', hubNameFault).optional().describe('Name of a hub.');
const site = () =>
  word().optional().describe('Id of a site; `~` and a device id for a device that is its own site.');
const by = () => z.string().optional().describe('Who does it, where there is no body.');

const read = { status: 200 } as const;
const hubInPath = 'Name of the hub.';
const siteInPath = 'Id of the site; `~` and the device id for a device that is its own site.';
const deviceInPath = 'Device id; `~.` and `~..` stand for the ids `.` and `..`.';
const incidentInPath = 'Id of the incident.';
const incidentPath = { incidentId: incidentInPath };

const listControls = {
  status: oneOf(['upcoming', 'active', 'ended'])
    .optional()
    .describe('Without it: those that have not ended.'),
  ...listParameters,
};

/** Every call of the API but `/api/openapi.json` itself, by the name of its function. */
export const calls = {
  listSites: {
    ...read,
    ...routes.listSites,
    summary: 'Sites by trouble: critical, warning, info, then those that are well.',
    query: {
      q: word().optional().describe('A part of the id or the name, without regard to case.'),
      hub: hub(),
      ...listParameters,
    },
    answer: answers.listOf(answers.site, 'Site'),
    problems: [400, 403, 503],
  },
  getSite: {
    ...read,
    ...routes.getSite,
    summary: 'One site.',
    path: { hub: hubInPath, site: siteInPath },
    answer: answers.site,
    problems: [400, 403, 404, 503],
  },
  listDevices: {
    ...read,
    ...routes.listDevices,
    summary: 'Devices and modules by id.',
    query: {
      hub: hub(),
      site: site(),
      q: word()
        .optional()
        .describe('A part of the device id, without regard to case; without `site` a whole device id.'),
      phase: oneOf(['online', 'suspect', 'offline', 'recovering', 'flapping'])
        .optional()
        .describe('Without `site` one of offline, recovering, flapping.'),
      ...listParameters,
    },
    answer: answers.listOf(answers.device, 'Device'),
    problems: [400, 403, 503],
  },
  getDevice: {
    ...read,
    ...routes.getDevice,
    summary: 'One device, or one module of it.',
    path: { hub: hubInPath, deviceId: deviceInPath },
    query: { module: word().optional().describe('Module id.') },
    answer: answers.device,
    problems: [400, 403, 404, 503],
  },
  listIncidents: {
    ...read,
    ...routes.listIncidents,
    summary: 'Incidents: the open ones, the newest first, then those that are over, the newest end first.',
    query: {
      status: oneOf(['open', 'resolved']).optional(),
      hub: hub(),
      site: site(),
      device: word().optional().describe('Device id: incidents that it is or was part of.'),
      since: instant().optional().describe('Incidents that were open at that moment or later.'),
      until: instant().optional().describe('Incidents that were open at that moment or earlier.'),
      ...listParameters,
    },
    answer: answers.listOf(answers.incident, 'Incident'),
    problems: [400, 403, 503],
  },
  getIncident: {
    ...read,
    ...routes.getIncident,
    summary: 'One incident with its notices and notes.',
    path: incidentPath,
    answer: answers.incidentWithStory,
    problems: [400, 403, 404, 503],
  },
  getTimeline: {
    ...read,
    ...routes.getTimeline,
    summary: 'What happened, what was decided and why, and who was told, oldest first.',
    path: incidentPath,
    query: listParameters,
    answer: answers.listOf(answers.timelineItem, 'Timeline'),
    problems: [400, 403, 404, 503],
  },
  listIncidentDevices: {
    ...read,
    ...routes.listIncidentDevices,
    summary: 'All devices that take or took part: those that are down first.',
    path: incidentPath,
    query: listParameters,
    answer: answers.listOf(answers.member, 'Member'),
    problems: [400, 403, 404, 503],
  },
  listNotes: {
    ...read,
    ...routes.listNotes,
    summary: 'What was noted about an incident, newest first.',
    path: incidentPath,
    query: listParameters,
    answer: answers.listOf(answers.note, 'Note'),
    problems: [400, 403, 404, 503],
  },
  addNote: {
    ...routes.addNote,
    summary: 'Notes what was found, what mended it.',
    path: incidentPath,
    body: noteRequest,
    status: 201,
    answer: answers.note,
    problems: [400, 403, 404, 415, 503],
  },
  acknowledge: {
    ...routes.acknowledge,
    summary: 'Acknowledges an incident: no reminders and no escalation until then.',
    path: incidentPath,
    body: acknowledgeRequest,
    status: 201,
    answer: answers.acknowledgement,
    problems: [400, 403, 404, 409, 415, 503],
  },
  takeBackAcknowledgement: {
    ...routes.takeBackAcknowledgement,
    summary: 'Takes an acknowledgement back.',
    path: incidentPath,
    query: { by: by() },
    body: byRequest,
    bodyIsOptional: true,
    status: 200,
    answer: answers.acknowledgement,
    problems: [400, 403, 404, 409, 415, 503],
  },
  listNotices: {
    ...read,
    ...routes.listNotices,
    summary: 'Notices, newest first.',
    query: { state: oneOf(['pending', 'sent', 'failed', 'dropped']).optional(), ...listParameters },
    answer: answers.listOf(answers.notice, 'Notice'),
    problems: [400, 403, 503],
  },
  listSilences: {
    ...read,
    ...routes.listSilences,
    summary: 'Silences, newest first.',
    query: listControls,
    answer: answers.listOf(answers.silence, 'Silence'),
    problems: [400, 403, 503],
  },
  addSilence: {
    ...routes.addSilence,
    summary: 'Silences hubs, sites or devices for a time.',
    body: silenceRequest,
    status: 201,
    answer: answers.silence,
    problems: [400, 403, 415, 503],
  },
  endSilence: {
    ...routes.endSilence,
    summary: 'Ends a silence.',
    path: { silenceId: 'Id of the silence.' },
    query: { by: by() },
    body: byRequest,
    bodyIsOptional: true,
    status: 200,
    answer: answers.silence,
    problems: [400, 403, 404, 409, 415, 503],
  },
  listMaintenance: {
    ...read,
    ...routes.listMaintenance,
    summary: 'One-time maintenance windows, newest first.',
    query: listControls,
    answer: answers.listOf(answers.maintenance, 'MaintenanceWindow'),
    problems: [400, 403, 503],
  },
  addMaintenance: {
    ...routes.addMaintenance,
    summary: 'Plans work at one time.',
    body: maintenanceRequest,
    status: 201,
    answer: answers.maintenance,
    problems: [400, 403, 415, 503],
  },
  endMaintenance: {
    ...routes.endMaintenance,
    summary: 'Ends planned work.',
    path: { windowId: 'Id of the window.' },
    query: { by: by() },
    body: byRequest,
    bodyIsOptional: true,
    status: 200,
    answer: answers.maintenance,
    problems: [400, 403, 404, 409, 415, 503],
  },
  explain: {
    ...read,
    ...routes.explain,
    summary: 'What was known of a device at a moment, which rules decided, who was told and who was not.',
    query: explainRequest.shape,
    answer: answers.explanation,
    problems: [400, 403, 503],
  },
  getRoutes: {
    ...read,
    ...routes.getRoutes,
    summary: 'Who would be told of the loss of a device and when, and why the others would not.',
    query: lossRequest.shape,
    answer: answers.outlook,
    problems: [400, 403, 503],
  },
  listReceivers: {
    ...read,
    whole: true,
    ...routes.listReceivers,
    summary: 'Receivers: last deliveries, failures, quiet times, limits.',
    query: listParameters,
    answer: answers.listOf(answers.receiver, 'Receiver'),
    problems: [400, 403, 503],
  },
  getResponder: {
    ...read,
    whole: true,
    ...routes.getResponder,
    summary: 'The responder itself: what is due, the last events of each hub, versions, problems.',
    answer: answers.responder,
    problems: [400, 403, 503],
  },
  getReport: {
    ...read,
    ...routes.getReport,
    summary: 'Downtime of a month by site and device, without planned work.',
    query: {
      month: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/, { error: 'is not a month; use one like 2026-11' })
        .optional()
        .describe('In UTC; the present one without it.'),
      hub: hub(),
      site: site(),
      ...listParameters,
    },
    answer: answers.listOf(answers.reportItem, 'Report'),
    alsoAs: 'text/csv',
    problems: [400, 403, 503],
  },
  health: {
    ...read,
    ...routes.health,
    summary: 'Whether the responder is ready.',
    answer: answers.health,
    problems: [503],
  },
} as const satisfies Record<string, Call>;

export type CallName = keyof typeof calls;
