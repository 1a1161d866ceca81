import { type Env, storageAccess } from '../src/lib/app/settings.ts';
import type { StorageAccess } from '../src/lib/store/access.ts';

/**
 * The storage account as the app reaches it; `account` names another one, reached with the identity of whoever runs this.
 * @throws {SettingError} when neither names one
 */
export function blobAccess(env: Env, account: string | undefined): StorageAccess {
  const settings: Env = account === undefined ? env : { AzureWebJobsStorage__accountName: account };
  return storageAccess((name) => settings[name]?.trim() || null, 'blob');
}

/** A fault of storage in a line, with what to do about the usual ones. */
export function storageFault(error: unknown): string {
  const { name, statusCode, code, message } = error as Partial<Error> & {
    statusCode?: number;
    code?: string;
  };
  if (/^(CredentialUnavailable|AggregateAuthentication|Authentication(Required)?)Error$/.test(name ?? ''))
    return `You are not signed in to Azure (${message?.split('\n')[0]}): run az login`;
  const what =
    statusCode === undefined
      ? (message?.split('\n')[0] ?? String(error))
      : `${statusCode} ${code ?? ''}`.trim();
  const hint =
    statusCode === 403 ? '; you need the role Storage Blob Data Contributor on the storage account' : '';
  return `The storage account answered: ${what}${hint}`;
}
