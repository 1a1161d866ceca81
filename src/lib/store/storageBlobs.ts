import { text } from 'node:stream/consumers';
import type { BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { appCredential } from '../identity/appCredential.ts';
import type { StorageAccess } from './access.ts';
import type { BlobAnswer, Blobs, BlobWritten } from './blobs.ts';
import { deadline } from './deadline.ts';
import { statusOf } from './statusOf.ts';

const namesInPage = 500;

/** Blobs of Azure Storage in one container; the only file that knows their client and its status codes. */
export function createStorageBlobs(access: StorageAccess, container: string): Blobs {
  let client: Promise<ContainerClient> | null = null;
  const blobs = () => {
    client ??= connect(access)
      .then((service) => service.getContainerClient(container))
      .catch((error) => {
        client = null;
        throw error;
      });
    return client;
  };
  return {
    async read(name, knownEtag, timeoutMs): Promise<BlobAnswer> {
      const blob = (await blobs()).getBlobClient(name);
      try {
        const answer = await blob.download(undefined, undefined, {
          abortSignal: AbortSignal.timeout(timeoutMs),
          ...(knownEtag === null ? {} : { conditions: { ifNoneMatch: knownEtag } }),
        });
        if (!answer.readableStreamBody) throw new Error(`the blob ${name} came without a body`);
        return {
          kind: 'found',
          text: await text(answer.readableStreamBody),
          etag: answer.etag ?? '',
          modifiedAtMs: answer.lastModified?.getTime() ?? 0,
        };
      } catch (error) {
        if (statusOf(error) === 304) return { kind: 'same' };
        if (statusOf(error) === 404) return { kind: 'missing' };
        throw error;
      }
    },

    async write(name, content, guard): Promise<BlobWritten> {
      const conditions =
        guard === 'none' ? { ifNoneMatch: '*' } : guard === null ? {} : { ifMatch: guard.etag };
      const upload = async () => {
        const blob = (await blobs()).getBlockBlobClient(name);
        return blob.upload(content, Buffer.byteLength(content), { conditions, ...deadline() });
      };
      try {
        const { etag = '' } = await upload().catch(async (error) => {
          if (codeOf(error) !== 'ContainerNotFound') throw error;
          await (await blobs()).createIfNotExists(deadline());
          return upload();
        });
        return { kind: 'written', etag };
      } catch (error) {
        // 409: it exists already; 412: another tag.
        if (statusOf(error) === 412 || codeOf(error) === 'BlobAlreadyExists') return { kind: 'superseded' };
        throw error;
      }
    },

    async remove(name, etag) {
      try {
        await (await blobs()).deleteBlob(name, { conditions: { ifMatch: etag }, ...deadline() });
      } catch (error) {
        if (statusOf(error) !== 412 && statusOf(error) !== 404) throw error;
      }
    },

    async *names(prefix) {
      try {
        const pages = (await blobs())
          .listBlobsFlat({ prefix, ...deadline() })
          .byPage({ maxPageSize: namesInPage });
        for await (const page of pages) yield page.segment.blobItems.map(({ name }) => name);
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
      }
    },
  };
}

async function connect(access: StorageAccess): Promise<BlobServiceClient> {
  const { BlobServiceClient } = await import('@azure/storage-blob');
  const options = { retryOptions: { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 } };
  if (access.kind === 'connectionString') {
    return BlobServiceClient.fromConnectionString(access.connectionString, options);
  }
  return new BlobServiceClient(access.endpoint, await appCredential(access.clientId), options);
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}
