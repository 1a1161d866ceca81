/** As package.json has it. */
export const codeVersion = '0.1.0';
