import { nearestOf } from '../fields/nearest.ts';

// Each function says what is wrong with a text, in words that follow it, and what is accepted; null: nothing.

/** What device ids may hold (IoT Hub, identity registry), stars, and the backslash that makes a star plain. */
export function globFault(text: string): string | null {
  return /^(?:[A-Za-z0-9\-:.+%_#*?!(),=@;$']|\\\*)+$/.test(text)
    ? null
    : "is not a device id or glob; use letters, digits and - : . + % _ # ? ! ( ) , = @ ; $ ' and * for any characters";
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

/** A fleet of thousands of sites has few zones, and each costs a look into the time zone data. */
const goodZones = new Set<string>();

export function timeZoneFault(text: string): string | null {
  if (goodZones.has(text)) return null;
  if (/^[A-Za-z]/.test(text)) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: text });
      goodZones.add(text);
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
