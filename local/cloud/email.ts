import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { behaviourFields, createBehaviour, misbehaved } from './behaviour.ts';
import { type DeliveryReport, deliveryStatus, type Reporter } from './deliveryReports.ts';
import { type EmailMessage, emailMessageSchema } from './emailMessage.ts';
import { checkSignature } from './emailSignature.ts';
import { createJournal, type Journal } from './journal.ts';
import { createRepeatability } from './repeatability.ts';
import { type Reply, ReplyError } from './reply.ts';
import { type CloudRequest, header, jsonBody } from './request.ts';
import type { Route } from './router.ts';

/** A mail as the inbox keeps it; `id` is the operation that sent it. */
export type ReceivedMail = {
  id: string;
  from: string;
  to: string[];
  subject: string;
  html: string | null;
  text: string | null;
  headers: Record<string, string>;
  receivedAt: string;
  /** Which service took it. */
  via: 'acs' | 'smtp';
};

const operationStatus = z.enum(['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled']);

const behaviourSchema = z.strictObject({
  ...behaviourFields,
  /** What the status of the following mails says; the mail itself is kept all the same unless `Failed`. */
  operationStatus: operationStatus.nullish(),
  /** Accepts the mail and breaks the connection before the answer. */
  loseAnswer: z.boolean().nullish(),
  /** Reports later how the delivery to each recipient ended; of another than `recipient` that it arrived. */
  deliveryStatus: deliveryStatus.nullish(),
  recipient: z.string().nullish(),
});

/** A report to be made of a mail that was taken: without `recipient`, for each of its recipients. */
const reportSchema = z.strictObject({ status: deliveryStatus, recipient: z.string().nullish() });

type EmailBehaviour = z.infer<typeof behaviourSchema>;
type Operation = { id: string; status: z.infer<typeof operationStatus> };

/** 10 MB, the service's limit of one request (docs/platform.md#limits-of-mail). */
const maxRequestBytes = 10 * 1024 * 1024;
const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const errorCode = (status: number): string =>
  ({ 401: 'Denied', 403: 'Forbidden', 404: 'DomainNotLinked', 429: 'TooManyRequests' })[status] ??
  (status >= 500 ? 'InternalServerError' : 'BadRequest');

const checkApiVersion = (request: CloudRequest): void => {
  if (!/^\d{4}-\d{2}-\d{2}(-preview)?$/.test(request.url.searchParams.get('api-version') ?? '')) {
    throw new ReplyError(400, 'MissingApiVersionParameter', 'Give ?api-version=2025-09-01.');
  }
};

const operationBody = ({ id, status }: Operation): object => ({
  id,
  status,
  error:
    status === 'Failed' ? { code: 'EmailDroppedAllRecipientsSuppressed', message: 'Told to fail.' } : null,
});

const received = (id: string, message: EmailMessage, nowMs: number): ReceivedMail => ({
  id,
  from: message.senderAddress,
  to: message.recipients.to.map((person) => person.address),
  subject: message.content.subject,
  html: message.content.html ?? null,
  text: message.content.plainText ?? null,
  headers: message.headers ?? {},
  receivedAt: new Date(nowMs).toISOString(),
  via: 'acs',
});

/** Communication Services email: signature, validation, repeatable requests, operations; and the mails it keeps. */
export const createEmailService = (
  accessKey: string,
  reporter: Pick<Reporter, 'report'>,
): { routes: Route[]; mails: Journal<ReceivedMail>; forget: () => void } => {
  const mails = createJournal<ReceivedMail>({ items: 10_000, bytes: 256 * 1024 * 1024 });
  const operations = createJournal<Operation>({ items: 10_000, bytes: Infinity });
  const behaviour = createBehaviour<EmailBehaviour>();
  const once = createRepeatability();

  const accept = (request: CloudRequest, message: EmailMessage, told: EmailBehaviour | null): Reply => {
    const operationId = header(request, 'operation-id');
    if (operationId !== undefined && !guid.test(operationId)) {
      throw new ReplyError(400, 'BadRequest', `Operation-Id '${operationId}' is not a GUID.`);
    }
    const id = operationId ?? randomUUID();
    const status = told?.operationStatus ?? 'Succeeded';
    operations.add({ id, status }, 0);
    if (status !== 'Failed') mails.add(received(id, message, request.nowMs), request.body.length);
    if (told?.deliveryStatus != null) {
      const { deliveryStatus: ended, recipient: only } = told;
      const reports = message.recipients.to.map(({ address }): DeliveryReport => {
        const status = only == null || only === address ? ended : 'Delivered';
        return { messageId: id, sender: message.senderAddress, recipient: address, status };
      });
      reporter.report(reports, request.nowMs);
    }
    return {
      status: 202,
      headers: {
        'operation-location': `${request.url.origin}/emails/operations/${id}${request.url.search}`,
        'retry-after': '1',
      },
      body: { id, status: 'Running', error: null },
      delayMs: told?.delayMs ?? 0,
      lost: told?.loseAnswer ?? false,
    };
  };

  const send = (request: CloudRequest): Reply => {
    checkSignature(request, accessKey);
    checkApiVersion(request);
    const told = behaviour.next();
    const failure = misbehaved(told, errorCode);
    if (failure !== null) return failure;
    const message = jsonBody(request, emailMessageSchema);
    return once(request, () => accept(request, message, told));
  };

  const operation = (request: CloudRequest): Reply => {
    checkSignature(request, accessKey);
    checkApiVersion(request);
    const found = operations.find((each) => each.id === request.params.id);
    if (found === undefined) {
      throw new ReplyError(404, 'OperationNotFound', `There is no operation '${request.params.id}'.`);
    }
    return { status: 200, body: operationBody(found) };
  };

  const report = (request: CloudRequest): Reply => {
    const mail = mails.newest(mails.count).find(({ item }) => item.id === request.params.id)?.item;
    if (mail === undefined) throw new ReplyError(404, 'NotFound', `There is no mail '${request.params.id}'.`);
    const { status, recipient } = jsonBody(request, reportSchema);
    const reports = (recipient == null ? mail.to : [recipient]).map(
      (address): DeliveryReport => ({ messageId: mail.id, sender: mail.from, recipient: address, status }),
    );
    if (!reporter.report(reports, request.nowMs)) {
      throw new ReplyError(
        409,
        'NoSubscriber',
        'Nobody listens for reports: start the local cloud with a host.',
      );
    }
    return { status: 202 };
  };

  const forget = (): void => {
    mails.clear();
    behaviour.set(null);
  };

  const routes: Route[] = [
    { method: 'POST', path: '/emails/{id}/reports', handle: report },
    { method: 'POST', path: '/emails:send', maxBytes: maxRequestBytes, handle: send },
    { method: 'GET', path: '/emails/operations/{id}', handle: operation },
    { method: 'GET', path: '/emails', handle: (request) => mails.page(request, (mail) => mail) },
    {
      method: 'PUT',
      path: '/emails/behaviour',
      handle: (request) => {
        behaviour.set(jsonBody(request, behaviourSchema));
        return { status: 204 };
      },
    },
  ];
  return { routes, mails, forget };
};
