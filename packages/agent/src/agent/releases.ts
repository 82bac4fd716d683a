/** What was opened, released in the reverse order of opening: Go's `defer`. */
export class Releases implements AsyncDisposable {
  readonly #releases: (() => unknown)[] = []

  add(release: () => unknown): void {
    this.#releases.push(release)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (
      let release = this.#releases.pop();
      release !== undefined;
      release = this.#releases.pop()
    ) {
      await release()
    }
  }
}
