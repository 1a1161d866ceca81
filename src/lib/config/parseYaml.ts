import { LineCounter, parseDocument } from 'yaml';
import type { Problem } from './problem.ts';

export type Parsed = {
  /** undefined: the text is no YAML, or there is nothing in it. */
  readonly file: unknown;
  readonly problems: readonly Problem[];
};

/** One slip can be followed by hundreds that are not. */
const mostShown = 10;

/** Reads YAML 1.2. A key that stands twice is a problem that leaves the rest readable; other mistakes do not. */
export function parseYaml(text: string, source: string): Parsed {
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
    const mistakes = [...document.errors, ...document.warnings];
    const problems = mistakes.slice(0, mostShown).map(({ pos, message }) => {
      const { line, col } = lines.linePos(pos[0]);
      return problemAt(`${source}:${line}:${col}`, message);
    });
    const readable = document.errors.every((error) => error.code === 'DUPLICATE_KEY');
    return { file: readable ? document.toJS() : undefined, problems };
  } catch (error) {
    return {
      file: undefined,
      problems: [problemAt(source, error instanceof Error ? error.message : String(error))],
    };
  }
}

function problemAt(path: string, message: string): Problem {
  return { path, value: null, message: `is not valid YAML: ${message.split(/[:;]\s|\n/)[0]}` };
}
