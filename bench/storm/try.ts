import { playStorm } from './playStorm.ts';

const [d, s, a = '100'] = process.argv.slice(2);
console.log(await playStorm({ devices: +d!, sites: +s!, inArray: +a }));
