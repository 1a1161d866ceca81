import { type Html, html } from '../../notify/html.ts';
import type { Clock } from '../../notify/words/clock.ts';
import type { Phrase } from '../../notify/words/phrase.ts';
import { card, choice, form, line, more, paragraphs } from '../html/elements.ts';
import { acknowledgementChoices, mostTyped, silenceChoices } from './linkActions.ts';
import type { LinkView, Quiet, Reader } from './linkView.ts';
import { actor } from './said.ts';

/** Who has it, and the button to say "I have it": two taps from the mail. */
export function acknowledgement(view: LinkView, clock: Clock): Html | null {
  const { acknowledged, tokens, path, nowMs, status } = view;
  if (status === 'resolved') return null;
  if (acknowledged === null) {
    if (tokens.acknowledge === undefined) return null;
    const body = html`<p class="soft">Tell everybody that you have it. Reminders and escalation stop for 4 hours; whatever is new is still told.</p>
${form(`${path}/acknowledge`, tokens.acknowledge, html`<button>Acknowledge</button>${acknowledgeOptions(view)}`)}`;
    return card('acknowledge', 'Nobody has this yet', body);
  }
  const { by, untilMs, note } = acknowledged;
  const takeBack = tokens['take-back'];
  const again = tokens.acknowledge;
  const body = html`<p><strong>${actor(by)}</strong> has this until ${clock.shortInstant(untilMs, nowMs)}.</p>${
    note === null ? null : html`<p>“<span><bdi>${note}</bdi></span>”</p>`
  }${
    takeBack === undefined
      ? null
      : form(`${path}/take-back`, takeBack, html`<button class="second">Take back</button>`)
  }${
    again === undefined
      ? null
      : more(
          'Take it over, or for longer',
          form(`${path}/acknowledge`, again, html`${acknowledgeFields(view)}<button>Acknowledge</button>`),
        )
  }`;
  return card('acknowledge', 'Somebody has this', body);
}

const acknowledgeFields = (view: Pick<LinkView, 'reader'>) =>
  html`${choice('acknowledge-for', 'for', 'For how long', acknowledgementChoices, '4h')}${yourName('acknowledge', view.reader)}${line('acknowledge-note', 'note', 'A note (optional)', mostTyped.why)}`;

const acknowledgeOptions = (view: LinkView) =>
  more(isKnown(view.reader) ? 'How long, a note' : 'How long, your name, a note', acknowledgeFields(view));

const isKnown = (reader: Reader) => reader.kind === 'person' && reader.name !== null;

/** Who has signed in is known. */
function yourName(id: string, reader: Reader | null): Html | null {
  return reader !== null && isKnown(reader)
    ? null
    : line(`${id}-name`, 'name', 'Your name (optional)', mostTyped.name);
}

/** What is quiet and until when, and the button to silence what the incident is about. */
export function silence(view: LinkView, clock: Clock): Html | null {
  const { tokens, path, silenceOf, quiet } = view;
  if (silenceOf === null && quiet.length === 0) return null;
  const add =
    tokens.silence === undefined || silenceOf === null
      ? null
      : silenceForm(`${path}/silence`, tokens.silence, silenceOf, isKnown(view.reader));
  if (add === null && quiet.length === 0) return null;
  return card(
    'silence',
    quiet.length > 0 ? 'Quiet now' : 'Not now?',
    html`${quiet.map((one) => quietNow(one, view, clock))}${add}`,
  );
}

/** The form that silences something for a time. @param isKnown who presses it has signed in */
export function silenceForm(path: string, token: string, what: Phrase, isKnown: boolean): Html {
  return html`<p class="soft">Nothing new about ${what} is told to anybody for 4 hours. Whoever was told that something is down still hears when it is back.</p>
${form(
  path,
  token,
  html`<button class="second">Silence</button>${more(
    isKnown ? 'How long, why' : 'How long, your name, why',
    html`${choice('silence-for', 'for', 'For how long', silenceChoices, '4h')}${isKnown ? null : yourName('silence', null)}${line('silence-why', 'why', 'Why (optional)', mostTyped.why)}`,
  )}`,
)}`;
}

function quietNow({ kind, why, by, untilMs, token }: Quiet, { path, nowMs }: LinkView, clock: Clock): Html {
  const until = clock.shortInstant(untilMs, nowMs);
  const what =
    kind === 'maintenance'
      ? html`<p>Planned work${why === null ? null : html` (<bdi>${why}</bdi>)`} until ${until}: nothing new is told of the devices that it covers.</p>`
      : html`<p>Silenced until ${until}${by === null ? null : html` by <bdi>${by}</bdi>`}.${why === null ? null : html` “<bdi>${why}</bdi>”`}</p>`;
  return html`${what}${
    token === null
      ? null
      : form(`${path}/end-silence`, token, html`<button class="second">Take the silence back</button>`)
  }`;
}

/** The notes, and the form to add one. It stays open after the end: then the cause is known. */
export function notes(view: LinkView, clock: Clock): Html | null {
  const { notes, moreNotes, earlierNotes, tokens, path, nowMs } = view;
  const list = (items: LinkView['notes']) =>
    html`<ul class="plain">${items.map(
      ({ by, atMs, text }) =>
        html`<li>${text
          .split(/\r?\n/)
          .map(
            (words) => html`<bdi>${words}</bdi><br>`,
          )}<span class="soft"><bdi>${by}</bdi>, ${clock.shortInstant(atMs, nowMs)}</span></li>`,
    )}</ul>`;
  const add =
    tokens.note === undefined
      ? null
      : form(
          `${path}/note`,
          tokens.note,
          html`<label for="note-text">What did you find, what mended it?</label><textarea id="note-text" name="text" maxlength="${mostTyped.note}" required></textarea>${yourName('note', view.reader)}<button class="second">Add note</button>`,
        );
  if (add === null && notes.length === 0 && earlierNotes.length === 0) return null;
  return card(
    'notes',
    'Notes',
    html`${moreNotes > 0 ? html`<p class="soft">${moreNotes} older notes are not shown here</p>` : null}${
      notes.length > 0 ? list(notes) : null
    }${
      earlierNotes.length > 0 ? html`<h3>From earlier incidents here</h3>${list(earlierNotes)}` : null
    }${add ?? paragraphs([])}`,
  );
}
