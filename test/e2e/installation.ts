import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Product } from './product.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** A working copy of what a clone would have, in which `npm start` runs as often as a story wants. */
export class Installation {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'responder-e2e-'));
  readonly env: Record<string, string>;

  private constructor(env: Record<string, string>) {
    this.env = env;
  }

  /** On free ports; `env` is added to the settings of each start. */
  static async create(env: Record<string, string> = {}): Promise<Installation> {
    const [port, cloudPort] = await freePorts(2);
    const made = new Installation({ PORT: String(port), LOCAL_CLOUD_PORT: String(cloudPort), ...env });
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
    for (const file of listed.toString().split('\0')) {
      if (file === '' || file.startsWith('test/') || !existsSync(path.join(root, file))) continue;
      cpSync(path.join(root, file), path.join(made.folder, file), { recursive: true });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(made.folder, 'node_modules'), 'dir');
    return made;
  }

  /** Runs `npm start`, without waiting for it. */
  run(config: string | null, env: Record<string, string> = {}): Product {
    const settings = { ...this.env, ...env };
    if (config !== null) {
      settings.RESPONDER_CONFIG = path.join(this.folder, 'story.config.yaml');
      writeFileSync(settings.RESPONDER_CONFIG, config);
    }
    return new Product(this.folder, settings);
  }

  /** Runs `npm start` until it is ready. */
  async start(config: string, env: Record<string, string> = {}): Promise<Product> {
    const product = this.run(config, env);
    await product.ready();
    return product;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening');
    ports.push((server.address() as { port: number }).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}
