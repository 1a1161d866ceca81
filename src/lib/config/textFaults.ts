import { z } from 'zod';
import { nearestOf } from './nearest.ts';

// Each function says what is wrong with a text, in words that follow it, and what is accepted; null: nothing.

/** Ids, names and sentences: something readable. */
export function nameFault(text: string): string | null {
  if (text.trim() === '') return 'is empty; use a text';
  if (text !== text.trim()) return 'begins or ends with a space; take it away';
  return /\p{Cc}/u.test(text) ? 'holds a control character; use plain text on one line' : null;
}

/** What device ids may hold (IoT Hub, identity registry), stars, and the backslash that makes a star plain. */
export function globFault(text: string): string | null {
  return /^(?:[A-Za-z0-9\-:.+%_#*?!(),=@;$']|\\\*)+$/.test(text)
    ? null
    : "is not a device id or glob; device ids hold letters, digits and - : . + % _ # ? ! ( ) , = @ ; $ ' and * stands for any characters";
}

/** Bare names of hubs: 3 to 50 letters, digits and hyphens. */
export function hubNameFault(text: string): string | null {
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,48}[A-Za-z0-9])?$/.test(text)
    ? null
    : 'is not the name of a hub; use the bare name, like hub-fleet-01, without .azure-devices.net';
}

/** The ARM id of a hub, in whatever case: Event Grid writes capitals. */
export function hubResourceIdFault(text: string): string | null {
  const [, name = ''] =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Devices\/IotHubs\/([^/]+)$/i.exec(
      text,
    ) ?? [];
  return name !== '' && hubNameFault(name) === null
    ? null
    : 'is not the resource id of a hub; use /subscriptions/…/resourceGroups/…/providers/Microsoft.Devices/IotHubs/…';
}

export function emailFault(text: string): string | null {
  return z.email().safeParse(text).success ? null : 'is not a mail address; use one like ops@plant.example';
}

export function timeZoneFault(text: string): string | null {
  if (/^[A-Za-z]/.test(text)) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: text });
      return null;
    } catch {}
  }
  const nearest = nearestOf(text, Intl.supportedValuesOf('timeZone'));
  return `is not a time zone; ${nearest ? `did you mean "${nearest}"?` : 'use an IANA name, like Europe/Oslo'}`;
}

export function sitePatternFault(text: string): string | null {
  const accepted = 'use one with a group named site, like ^(?<site>[a-z0-9]+)-';
  try {
    // The empty alternative matches, and a match lists every named group.
    const groups = new RegExp(`${text}|`).exec('')?.groups;
    return groups && 'site' in groups ? null : `has no group named site; ${accepted}`;
  } catch (error) {
    return `is not a regular expression (${error instanceof Error ? reasonOf(error.message) : ''}); ${accepted}`;
  }
}

/** `Invalid regular expression: /(/: Unterminated group` ends with what matters. */
function reasonOf(message: string): string {
  return message.slice(message.lastIndexOf(': ') + 2);
}

/** Secrets as the Standard Webhooks specification has them. */
export function signingSecretFault(text: string): string | null {
  const bytes = Buffer.from(text.replace(/^whsec_/, ''), 'base64');
  const isSecret = text === `whsec_${bytes.toString('base64')}` && bytes.length >= 24 && bytes.length <= 64;
  return isSecret ? null : 'is not a signing secret; use whsec_ and the Base64 of 24 to 64 random bytes';
}
