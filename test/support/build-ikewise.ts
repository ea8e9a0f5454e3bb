import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Builds the command line. Cheap when nothing has changed. */
export function buildIkewise(): void {
  execFileSync('make', ['--silent', 'setup'], { cwd: join(import.meta.dirname, '../..'), stdio: 'pipe' })
}
