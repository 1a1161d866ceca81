/**
 * The connection string of the storage that is named, or of the emulator that the running host uses.
 * @throws Error saying how to name one
 */
export async function storageOf(cloudUrl: string): Promise<string> {
  if (process.env.AzureWebJobsStorage) return process.env.AzureWebJobsStorage;
  const answer = await fetch(`${cloudUrl}/storage`).catch(() => null);
  if (!answer?.ok) throw new Error('no storage is named; set AzureWebJobsStorage, or run npm start');
  return ((await answer.json()) as { connectionString: string }).connectionString;
}
