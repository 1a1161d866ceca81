/** A message as its channel keeps it. */
export type SlackMessage = {
  channel: string;
  ts: string;
  /** Of the message whose thread it is in; null: it stands in the channel. */
  threadTs: string | null;
  /** A reply that stands in the channel as well. */
  broadcast: boolean;
  edited: boolean;
  text: string;
  blocks: unknown;
  receivedAt: string;
};

const mostMessages = 2_000;

export type Channels = {
  list: () => readonly SlackMessage[];
  find: (channel: string, ts: string) => SlackMessage | undefined;
  add: (message: Omit<SlackMessage, 'ts' | 'edited' | 'receivedAt'>, atMs: number) => SlackMessage;
  remove: (message: SlackMessage) => void;
  clear: () => void;
};

/** What was written to the channels of a workspace. */
export const createChannels = (): Channels => {
  let messages: SlackMessage[] = [];
  let count = 0;
  return {
    list: () => messages,
    find: (channel, ts) => messages.find((one) => one.channel === channel && one.ts === ts),
    add: (given, atMs) => {
      count += 1;
      const ts = `${Math.floor(atMs / 1000)}.${String(count).padStart(6, '0')}`;
      const message = { ...given, ts, edited: false, receivedAt: new Date(atMs).toISOString() };
      messages.push(message);
      messages = messages.slice(-mostMessages);
      return message;
    },
    remove: (gone) => {
      messages = messages.filter((one) => one !== gone);
    },
    clear: () => {
      messages = [];
    },
  };
};
