import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetLine } from '../../pages/siteItem.ts';
import type { SiteCard } from '../../store/siteCard.ts';
import type { SiteList } from '../../store/siteList.ts';

type Searched = { readonly cards: readonly SiteCard[]; readonly next: string | null };

type Totals = { readonly sites: number; readonly devices: number };

/** In a large outage what is wrong is read so often at most; a few sites are read each time. */
const troubleForMs = 3_000;
const fewSites = 200;

/** A search looks at so many sites at a time: it ends early rather than late. */
const mostSearched = 20_000;

/** Those who search share what was read so long ago at most. */
const searchedForMs = 3_000;

/** How many sites and devices there are changes slowly, and to count them takes a look at every card. */
const totalsForMs = 5 * 60_000;

/** Counts of the fleet, as an instance knows them for some seconds: many readers cost what one does. */
export class FleetOverview {
  readonly #list: SiteList;
  readonly #now: () => number;
  #trouble: { readonly atMs: number; readonly cards: Promise<SiteCard[]> } | null = null;
  #isLarge = false;
  readonly #pages = new Map<string, ReturnType<SiteList['cards']>>();
  #well: { readonly atMs: number; readonly totals: Promise<Totals> } | null = null;
  #lastTotals: Totals | null = null;
  #searched: { readonly atMs: number; readonly cards: Promise<Searched> } | null = null;

  constructor(list: SiteList, now: () => number) {
    this.#list = list;
    this.#now = now;
  }

  /** The cards of what is in trouble, hubs' own counts included, the worst first; of a large outage three seconds old. */
  inTrouble(): Promise<SiteCard[]> {
    const nowMs = this.#now();
    if (this.#trouble === null || (this.#isLarge && nowMs - this.#trouble.atMs >= troubleForMs)) {
      const trouble = { atMs: nowMs, cards: this.#all('inTrouble') };
      this.#trouble = trouble;
      const forget = () => {
        if (this.#trouble === trouble) this.#trouble = null;
      };
      trouble.cards.then((cards) => {
        this.#isLarge = cards.length > fewSites;
        if (!this.#isLarge) forget();
      }, forget);
    }
    return this.#trouble.cards;
  }

  /** A part of the list of sites; those who ask for the same at once share one look. */
  page(from: string | null, limit: number): ReturnType<SiteList['cards']> {
    const name = `${limit} ${from}`;
    const known = this.#pages.get(name);
    if (known) return known;
    const page = this.#list.cards(from, limit);
    this.#pages.set(name, page);
    const forget = () => this.#pages.delete(name);
    page.then(forget, forget);
    return page;
  }

  /**
   * What a search looks through from a place on: the cards in their order, at most 20,000, and where it goes on. The first
   * of them are some seconds old at most.
   */
  async searched(from: string | null): Promise<Searched> {
    const first = await this.#firstSearched();
    if (from === null) return first;
    const { orderOf, isBefore } = this.#list;
    if (first.next !== null && !isBefore(from, first.next)) return this.#read(from);
    return { cards: first.cards.filter((card) => !isBefore(orderOf(card), from)), next: first.next };
  }

  #firstSearched(): Promise<Searched> {
    const nowMs = this.#now();
    if (this.#searched === null || nowMs - this.#searched.atMs >= searchedForMs) {
      const searched = { atMs: nowMs, cards: this.#read(null) };
      this.#searched = searched;
      const forget = () => {
        if (this.#searched === searched) this.#searched = null;
      };
      // What is kept longer than it is good for would only take room.
      searched.cards.then(() => void setTimeout(forget, searchedForMs).unref(), forget);
    }
    return this.#searched.cards;
  }

  async #read(from: string | null): Promise<Searched> {
    const cards: SiteCard[] = [];
    for await (const page of this.#list.allCards(from, 'all')) {
      cards.push(...page);
      if (cards.length > mostSearched) break;
    }
    const following = cards[mostSearched];
    return { cards: cards.slice(0, mostSearched), next: following ? this.#list.orderOf(following) : null };
  }

  /**
   * The fleet in one line. Sites and devices are those of some minutes ago at most.
   * @param withinMs rather null than to wait longer for the first count
   */
  async line(withinMs?: number): Promise<FleetLine | null> {
    const trouble = await this.inTrouble();
    this.#startTotals();
    const totals = this.#lastTotals ?? (await within(this.#well!.totals, withinMs));
    return totals && sum(trouble, totals);
  }

  #startTotals(): void {
    const nowMs = this.#now();
    if (this.#well !== null && nowMs - this.#well.atMs < totalsForMs) return;
    const well = { atMs: nowMs, totals: this.#all('all').then(totalsOf) };
    this.#well = well;
    well.totals.then(
      (totals) => {
        this.#lastTotals = totals;
      },
      () => {
        if (this.#well === well) this.#well = null;
      },
    );
  }

  async #all(which: 'all' | 'inTrouble'): Promise<SiteCard[]> {
    const cards: SiteCard[] = [];
    for await (const page of this.#list.allCards(null, which)) cards.push(...page);
    return cards;
  }
}

function within<Value>(value: Promise<Value>, withinMs: number | undefined): Promise<Value | null> {
  return withinMs === undefined ? value : Promise.race([value, sleep(withinMs, null)]);
}

/** The same of a few sites, by their cards. */
export function lineOf(cards: readonly SiteCard[]): FleetLine {
  return sum(
    cards.filter(({ open }) => open > 0),
    totalsOf(cards),
  );
}

function totalsOf(cards: readonly SiteCard[]): Totals {
  const sites = cards.filter(({ place }) => place.kind !== 'hub');
  return { sites: sites.length, devices: sites.reduce((count, { known }) => count + known, 0) };
}

function sum(cards: readonly SiteCard[], { sites, devices }: Totals): FleetLine {
  const trouble = cards.filter(({ place }) => place.kind !== 'hub');
  const opened = trouble.flatMap(({ incidents }) => incidents.map(({ openedAtMs }) => openedAtMs));
  const count = (field: 'offline' | 'flapping' | 'silenced') =>
    trouble.reduce((all, card) => all + card[field], 0);
  return {
    sites: Math.max(sites, trouble.length),
    inTrouble: trouble.length,
    devices,
    offline: count('offline'),
    flapping: count('flapping'),
    silenced: count('silenced'),
    newestAtMs: opened.length === 0 ? null : opened.reduce((a, b) => Math.max(a, b)),
  };
}
