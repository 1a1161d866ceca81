import { z } from 'zod';
import { errorReply, type Reply } from './reply.ts';

/** The fields that every stand-in understands; each stand-in adds its own. */
export const behaviourFields = {
  /** The HTTP status to answer with; null or 200 answers as usual. */
  status: z.int().min(200).max(599).nullish(),
  /** The `Retry-After` header of an error, in seconds. */
  retryAfterSeconds: z.number().min(0).max(86_400).nullish(),
  delayMs: z.int().min(0).max(600_000).nullish(),
  /** After so many requests the behaviour ends; without it, it stays. */
  times: z.int().min(1).nullish(),
};

type Behaviour = {
  status?: number | null | undefined;
  retryAfterSeconds?: number | null | undefined;
  delayMs?: number | null | undefined;
  times?: number | null | undefined;
};

/** Holds how a stand-in misbehaves; `next` counts one request against `times`. */
export const createBehaviour = <T extends Behaviour>(): {
  set: (behaviour: T | null) => void;
  next: () => T | null;
} => {
  let current: T | null = null;
  let left = Infinity;
  return {
    set: (behaviour) => {
      current = behaviour;
      left = behaviour?.times ?? Infinity;
    },
    next: () => {
      if (left <= 0) return null;
      left -= 1;
      return current;
    },
  };
};

const isError = (status: number): boolean => status < 200 || status >= 300;

/** The error that a behaviour asks for, or null when it asks for none. */
export const misbehaved = (behaviour: Behaviour | null, code: (status: number) => string): Reply | null => {
  const status = behaviour?.status ?? 200;
  if (behaviour === null || !isError(status)) return null;
  const reply = errorReply(status, code(status), `The stand-in was told to answer ${status}.`);
  if (behaviour.retryAfterSeconds != null) {
    reply.headers = { ...reply.headers, 'retry-after': String(behaviour.retryAfterSeconds) };
  }
  return { ...reply, delayMs: behaviour.delayMs ?? 0 };
};
