/** What every test file begins with: the same random examples in every run, and what happy-dom lacks. */
import fc from "fast-check";

fc.configureGlobal({ seed: 20231231, numRuns: 200 });

// Lit's own checks are on; that they are need not be said.
Object.assign(globalThis, { litIssuedWarnings: new Set(["dev-mode"]) });

// happy-dom knows the rows of a table, but not those of its head and its bodies.
if ("HTMLTableSectionElement" in globalThis) {
  Object.defineProperty(HTMLTableSectionElement.prototype, "rows", {
    get(this: HTMLTableSectionElement) {
      return this.querySelectorAll(":scope > tr");
    },
  });
}
