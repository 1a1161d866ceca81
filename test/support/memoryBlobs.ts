import type { Blobs, StoredText } from '../../src/lib/store/blobs.ts';

/** A container in memory, whose calls can be made to fail. */
export class MemoryBlobs implements Blobs {
  readonly stored = new Map<string, StoredText>();
  reads = 0;
  fault: Error | null = null;
  #version = 0;

  put(name: string, text: string, modifiedAtMs = this.#version): string {
    this.#version += 1;
    const etag = `"${this.#version}"`;
    this.stored.set(name, { text, etag, modifiedAtMs });
    return etag;
  }

  read: Blobs['read'] = async (name, knownEtag) => {
    this.reads += 1;
    await new Promise((resolve) => setImmediate(resolve));
    if (this.fault) throw this.fault;
    const found = this.stored.get(name);
    if (!found) return { kind: 'missing' };
    return found.etag === knownEtag ? { kind: 'same' } : { kind: 'found', ...found };
  };

  write: Blobs['write'] = async (name, text, guard) => {
    const etag = this.stored.get(name)?.etag;
    const holds = guard === null || (guard === 'none' ? etag === undefined : etag === guard.etag);
    return holds ? { kind: 'written', etag: this.put(name, text) } : { kind: 'superseded' };
  };

  remove: Blobs['remove'] = async (name, etag) => {
    if (this.stored.get(name)?.etag === etag) this.stored.delete(name);
  };

  async *names(prefix: string): AsyncGenerator<string[]> {
    yield [...this.stored.keys()].filter((name) => name.startsWith(prefix)).toSorted();
  }
}
