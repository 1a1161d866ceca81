import type * as z from 'zod';
import type { Finding } from './problem.ts';

/** The schema's complaints, one for each key or value. */
export function schemaFindings(
  issues: readonly z.core.$ZodIssue[],
  around: readonly PropertyKey[] = [],
): readonly Finding[] {
  return issues.flatMap((issue): readonly Finding[] => {
    const path = [...around, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys': {
        const messages = issue.message.split('\n');
        return issue.keys.map((key, index) => ({
          path: [...path, key],
          message: messages[index] ?? issue.message,
          aboutKey: true,
        }));
      }
      case 'invalid_key':
        return [{ path, message: issue.issues[0]?.message ?? issue.message, aboutKey: true }];
      case 'invalid_union': {
        // The alternative that was meant is the one whose outermost type fits.
        const meant = issue.errors.find((errors) => errors.every(isInside));
        return meant ? schemaFindings(meant, path) : [{ path, message: issue.message }];
      }
      default:
        return [{ path, message: issue.message }];
    }
  });
}

function isInside(issue: z.core.$ZodIssue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys';
}
