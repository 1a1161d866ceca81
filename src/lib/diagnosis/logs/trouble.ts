import type { LogAnswer } from './logWorkspace.ts';

/** Why an answer is not the whole answer; null: it is. */
export function troubleOf(answer: LogAnswer, budgetMs: number): string | null {
  switch (answer.kind) {
    case 'rows':
      return null;
    case 'partial':
      return `the log service answered only in part: ${answer.reason}`;
    case 'noTable':
      return 'the workspace has no table AzureDiagnostics yet: either the hub’s diagnostic setting does not send “Connections” there, or no row has come so far';
    case 'throttled':
      return `the log service is throttling (429) and can be asked again in ${Math.ceil(answer.retryAfterMs / 1000)} s`;
    case 'timedOut':
      return `the log service did not answer within ${Math.round(budgetMs / 1000)} s (time-out)`;
    case 'refused':
      return `the log service refused the app’s identity (needs Log Analytics Reader): ${answer.reason}`;
    case 'failed':
      return `the log service failed: ${answer.reason}`;
  }
}
