import { createHash } from 'node:crypto';
import hxCsp from 'htmx.org/dist/ext/hx-csp.min.js?raw';
import htmx from 'htmx.org/dist/htmx.min.js?raw';
import refresh from './refresh.js?raw';

const withoutMap = (text: string) => text.replace(/^\/\/# sourceMappingURL=.*$/m, '');

/** What pages load: htmx, its guard, and what has them refreshed. One file of our own, named by its content. */
export const pageScript = [htmx, hxCsp, refresh].map(withoutMap).join('\n;\n');

export const pageScriptName = `pages-${createHash('sha256').update(pageScript).digest('hex').slice(0, 12)}.js`;
