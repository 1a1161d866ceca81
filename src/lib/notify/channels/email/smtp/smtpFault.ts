import { PrivateAddressError } from '../../../../outgoing/addressGuard.ts';
import { durationInWords } from '../../../words/durationInWords.ts';
import type { Fault, Reply } from './judge.ts';

/** What nodemailer's errors carry. Their messages quote the server, and are never shown. */
type SmtpError = {
  /** Its own: EAUTH, EENVELOPE, EMESSAGE, ETLS, ESOCKET, ECONNECTION, EPROTOCOL … */
  readonly code?: unknown;
  /** Of the operating system or of TLS. */
  readonly originalCode?: unknown;
  readonly response?: unknown;
  readonly responseCode?: unknown;
  readonly command?: unknown;
  readonly recipient?: unknown;
  readonly rejectedErrors?: unknown;
};

/** What the server answered about recipients that it did not take, by address. */
export function repliesIn(outcome: unknown): ReadonlyMap<string, Reply> {
  const { rejectedErrors } = fieldsOf(outcome);
  if (!Array.isArray(rejectedErrors)) return new Map();
  const entries = rejectedErrors.map((error): [string, Reply] => {
    const { recipient } = fieldsOf(error);
    return [String(recipient), { code: codeIn(error) ?? 'no code' }];
  });
  return new Map(entries);
}

/**
 * What went wrong with the mail as a whole; null: nothing, only its recipients were refused.
 * @param state `begun`: the server was given a part of the mail
 */
export function faultOf(
  error: unknown,
  { begun, timedOut, timeoutMs }: { begun: boolean; timedOut: boolean; timeoutMs: number },
): Fault | null {
  const fields = fieldsOf(error);
  const reply = codeIn(error);
  if (timedOut || fields.code === 'ETIMEDOUT') {
    const words = `no answer from the mail server within ${durationInWords(timeoutMs)}`;
    return { error: words, forGood: false, outcomeUnknown: begun, timedOut: true };
  }
  if (Array.isArray(fields.rejectedErrors)) return null;
  if (error instanceof PrivateAddressError) {
    return {
      error: `the mail server: ${error.message}`,
      forGood: true,
      outcomeUnknown: false,
      timedOut: false,
    };
  }
  if (reply !== null && ofTheMail(fields)) {
    const what = fields.command === 'MAIL FROM' ? 'the sender' : 'the mail';
    const forGood = reply.startsWith('5');
    return {
      error: `the mail server ${forGood ? 'refused' : 'put off'} ${what} (${reply})`,
      forGood,
      outcomeUnknown: false,
      timedOut: false,
    };
  }
  return {
    error: connectionInWords(fields, reply),
    forGood: false,
    outcomeUnknown: begun && reply === null,
    timedOut: false,
  };
}

/** Whether the server has judged the mail itself, not the connection or who logs in. */
function ofTheMail({ command, code }: SmtpError): boolean {
  return command === 'MAIL FROM' || command === 'DATA' || code === 'EMESSAGE';
}

function connectionInWords({ code, originalCode, command }: SmtpError, reply: string | null): string {
  const answered = reply === null ? '' : ` (${reply})`;
  if (code === 'EAUTH') return `the mail server refused the user or the password${answered}`;
  const detail = typeof originalCode === 'string' ? originalCode : typeof code === 'string' ? code : null;
  if (detail !== null && /CERT|SIGNATURE|ISSUER|VERIFY/.test(detail)) {
    return `the certificate of the mail server is not good (${detail}); nothing was sent`;
  }
  if (code === 'ETLS' || command === 'STARTTLS' || /^ERR_(SSL|TLS)/.test(detail ?? '')) {
    return `the mail server offers no TLS that can be used${reply === null ? (detail === null || detail === 'ETLS' ? '' : ` (${detail})`) : answered}; nothing was sent`;
  }
  return `no connection to the mail server${answered || ` (${detail ?? 'unknown fault'})`}`;
}

/** The code of an answer, with the enhanced one (RFC 3463) if there is one: `550 5.1.1`. */
function codeIn(error: unknown): string | null {
  const { response, responseCode } = fieldsOf(error);
  const read = typeof response === 'string' ? /^(\d{3})(?:[ -](\d\.\d{1,3}\.\d{1,3}))?/.exec(response) : null;
  if (read) return read[2] === undefined ? `${read[1]}` : `${read[1]} ${read[2]}`;
  return typeof responseCode === 'number' ? String(responseCode) : null;
}

function fieldsOf(error: unknown): SmtpError {
  return typeof error === 'object' && error !== null ? error : {};
}
