import type { LogLevel } from './coreTypes.ts';

const order = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];
const labels: Record<LogLevel, string> = {
  trace: 'trace',
  debug: 'debug',
  information: 'info ',
  warning: 'WARN ',
  error: 'ERROR',
  critical: 'ERROR',
  none: '     ',
};

/** `source` is a function's name, or `host`. */
export type FunctionLog = (level: LogLevel, source: string, message: string) => void;

/**
 * Prints one line for each message that `logLevels` lets through: the longest prefix of the category
 * `Function.<name>.User` decides, then `default`, then `information`.
 */
export function createFunctionLog(
  logLevels: Readonly<Record<string, string>>,
  write: (line: string) => void = (line) => process.stdout.write(`${line}\n`),
): FunctionLog {
  const thresholds = new Map<string, number>();
  return (level, source, message) => {
    const category = source === 'host' ? 'Host' : `Function.${source}.User`;
    let threshold = thresholds.get(category);
    if (threshold === undefined) {
      threshold = order.indexOf(levelOf(category, logLevels).toLowerCase());
      thresholds.set(category, threshold);
    }
    if (order.indexOf(level) < threshold) return;
    write(`${new Date().toISOString().slice(11, 23)} ${labels[level]} ${source}: ${oneLine(message)}`);
  };
}

function levelOf(category: string, logLevels: Readonly<Record<string, string>>): string {
  const parts = category.split('.');
  for (let length = parts.length; length > 0; length--) {
    const level = logLevels[parts.slice(0, length).join('.')];
    if (level !== undefined) return level;
  }
  return logLevels.default ?? 'information';
}

function oneLine(message: string): string {
  return message.trimEnd().replace(/\s*\r?\n\s*/g, ' | ');
}
