import type { RegisteredFunction } from './coreModule.ts';
import { triggerOf } from './invoke.ts';

const triggers = ['eventGridTrigger', 'eventHubTrigger', 'queueTrigger', 'timerTrigger', 'httpTrigger'];
const outputs = ['http'];

/** @throws Error naming the first function that asks for what the local host does not have, and what it has */
export function checkBindings(functions: readonly RegisteredFunction[]): void {
  for (const registered of functions) {
    const { name, bindings, retryOptions } = registered.metadata;
    const [, trigger] = triggerOf(registered);
    const readsHub = trigger.type.toLowerCase() === 'eventhubtrigger';
    if (retryOptions && !readsHub) throw new Error(`${name}: retry options are not available here`);
    for (const { type, direction, ...options } of Object.values(bindings)) {
      const known = direction === 'in' ? triggers : outputs;
      if (!known.some((each) => each.toLowerCase() === type.toLowerCase()))
        throw new Error(
          `${name}: binding "${type}" (${direction}) is not available here. Available: ${known.join(', ')}`,
        );
      const setting = Object.values(options).find((value) => /%[^%]+%/.test(String(value)));
      if (setting !== undefined)
        throw new Error(`${name}: "${setting}" is not replaced by a setting here, write the value`);
      if (readsHub && direction === 'in') {
        if (options.cardinality !== 'many' || options.dataType !== 'string')
          throw new Error(
            `${name}: of an event hub, batches (cardinality many) of text (dataType string) are available here`,
          );
        continue;
      }
      if ((options.connection ?? 'AzureWebJobsStorage') !== 'AzureWebJobsStorage')
        throw new Error(
          `${name}: connection "${options.connection}" is not available here: AzureWebJobsStorage is`,
        );
    }
  }
}
