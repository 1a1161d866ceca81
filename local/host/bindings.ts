import type { RegisteredFunction } from './coreModule.ts';
import { triggerOf } from './invoke.ts';

const triggers = ['eventGridTrigger', 'queueTrigger', 'timerTrigger', 'httpTrigger'];
const outputs = ['http', 'queue'];

/** @throws Error naming the first function with a binding that the local host does not have */
export function checkBindings(functions: readonly RegisteredFunction[]): void {
  for (const registered of functions) {
    const { name, bindings } = registered.metadata;
    triggerOf(registered);
    for (const { type, direction } of Object.values(bindings)) {
      const known = direction === 'in' ? triggers : outputs;
      if (known.some((each) => each.toLowerCase() === type.toLowerCase())) continue;
      throw new Error(
        `${name}: binding "${type}" (${direction}) is not available here. Available: ${known.join(', ')}`,
      );
    }
  }
}

/**
 * Replaces `%NAME%` by that setting, as the host does in trigger options.
 * @throws Error naming the setting that is missing
 */
export function resolveSettings(text: string, env: Record<string, string | undefined>): string {
  return text.replace(/%([^%]+)%/g, (_match, name: string) => {
    const value = env[name];
    if (value === undefined) throw new Error(`"${text}": the setting ${name} is missing`);
    return value;
  });
}
