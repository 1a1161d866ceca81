import { describe, expect, it } from 'vitest';
import { webhookUrlFault } from '../../../../src/lib/notify/channels/webhookUrl.ts';

const local = { development: true, allowHosts: [] };
const deployed = { development: false, allowHosts: [] };

describe('webhookUrlFault', () => {
  it.each([
    'https://hooks.example/a',
    'https://8.8.8.8/a',
    'https://[2606:4700::1111]/',
    'https://HOOKS.example:8443',
  ])('finds nothing wrong with %s', (url) => {
    expect(webhookUrlFault(url, deployed)).toBeNull();
  });

  it.each([
    'https://localhost/',
    'https://localhost./',
    'https://a.localhost/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.31.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/',
    'https://168.63.129.16/',
    'https://[::ffff:168.63.129.16]/',
    'https://100.64.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[::ffff:127.0.0.1]/',
  ])('finds that %s is not public', (url) => {
    expect(webhookUrlFault(url, deployed)).toMatch(/private network or at this machine/);
    expect(webhookUrlFault(url, local)).toBeNull();
  });

  it.each(['', 'hooks.example/a', 'ftp://hooks.example', 'https://', 'javascript:alert(1)', 'https://a b/'])(
    'finds that "%s" is no address, in local runs too',
    (url) => {
      expect(webhookUrlFault(url, local)).toMatch(/is not a web address/);
    },
  );

  it.each([
    ['10.1.2.3', 'https://10.1.2.3/a', null],
    ['10.1.2.3', 'https://10.1.2.4/a', /private network/],
    ['10.1.2.3', 'http://10.1.2.3/a', /is not encrypted/],
    ['fd00::1', 'https://[fd00:0::1]:8443/a', null],
    ['Alerts.localhost', 'https://alerts.localhost./a', null],
    ['alerts.localhost', 'https://other.localhost/a', /private network/],
  ])('with allowHosts [%s] says of %s: %s', (host, url, fault) => {
    const said = webhookUrlFault(url, { ...deployed, allowHosts: [host] });
    if (fault === null) expect(said).toBeNull();
    else expect(said).toMatch(fault);
  });
});
