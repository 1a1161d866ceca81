// What `require('@azure/functions-core')` answers in the local host: see coreModule.ts.
module.exports = globalThis[Symbol.for('@azure/functions-core')];
