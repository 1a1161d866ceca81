import type { KqlNode } from './syntax.ts';

/** Thrown for a query that the service would answer with 400, and for one that this evaluator does not know. */
export class KqlError extends Error {
  override readonly name = 'KqlError';
  readonly kind: 'SyntaxError' | 'SemanticError';
  /** The service's own number, as `SEM0100`, or `LOCAL0001` for a construct that only the real service knows. */
  readonly code: string;
  /** Offset in the query's text, in characters. */
  readonly offset: number;

  constructor(kind: KqlError['kind'], code: string, message: string, offset: number) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.offset = offset;
  }
}

/** A construct of KQL that the local cloud does not evaluate: said plainly, never guessed at. */
export const notKnown = (construct: string, node: KqlNode): KqlError =>
  new KqlError('SemanticError', 'LOCAL0001', `the local cloud does not evaluate ${construct}`, node.start);

/** A query that the service refuses as well. */
export const refused = (code: string, message: string, node: KqlNode): KqlError =>
  new KqlError('SemanticError', code, message, node.start);
