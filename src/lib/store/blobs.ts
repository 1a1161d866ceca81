/** A text that is stored under a name. */
export type StoredText = { readonly text: string; readonly etag: string; readonly modifiedAtMs: number };

export type BlobAnswer =
  | ({ readonly kind: 'found' } & StoredText)
  /** The tag that was asked with is still that of the stored text. */
  | { readonly kind: 'same' }
  | { readonly kind: 'missing' };

/** `none`: there must be no such blob; a tag: it must still be the stored one; null: whatever is there is replaced. */
export type BlobGuard = { readonly etag: string } | 'none' | null;

/** `superseded`: another writer was faster; nothing was written. */
export type BlobWritten =
  | { readonly kind: 'written'; readonly etag: string }
  | { readonly kind: 'superseded' };

/** Texts by name in one container. Calls that get no answer within `timeoutMs` fail. */
export interface Blobs {
  /** @param knownEtag answers `same` when that is still the stored one; null: none is known */
  read(name: string, knownEtag: string | null, timeoutMs: number): Promise<BlobAnswer>;
  write(name: string, text: string, guard: BlobGuard): Promise<BlobWritten>;
  /** Does nothing when another text is stored by now. */
  remove(name: string, etag: string): Promise<void>;
  /** Names that begin with the prefix, in alphabetical order, a page at a time. */
  names(prefix: string): AsyncIterable<readonly string[]>;
}
