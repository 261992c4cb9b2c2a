/** What tests of the agreement with the server report besides success. */
import "vitest";

declare module "vitest" {
  interface TaskMeta {
    /** How many cases a test has compared; the server's side counts them. */
    compared?: number;
  }
}
