/** Processor time of this process since it was made, in milliseconds. */
export class CpuMeter {
  readonly #from = process.cpuUsage();

  readMs(): number {
    const { user, system } = process.cpuUsage(this.#from);
    return (user + system) / 1_000;
  }
}

/** The most memory that this process has held since, in MiB. */
export class PeakMemory {
  #mostBytes = process.memoryUsage.rss();
  readonly #looking = setInterval(() => this.#look(), 200).unref();

  readMiB(): number {
    this.#look();
    return this.#mostBytes / 2 ** 20;
  }

  stop(): void {
    clearInterval(this.#looking);
  }

  #look(): void {
    this.#mostBytes = Math.max(this.#mostBytes, process.memoryUsage.rss());
  }
}
