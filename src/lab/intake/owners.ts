import { readPemCertificates, readShownCertificates } from '../../ios/index.ts'
import { parseCertificate } from '../../pki/index.ts'
import { isNamedIn } from './names.ts'
import { linesOf, type Printed, type PrintedRouter } from './printed-routers.ts'

const only = (routers: readonly PrintedRouter[]): PrintedRouter | null =>
  routers.length === 1 ? (routers[0] ?? null) : null

/** The subjects of the certificates that a router shows as its own. */
const subjectsOf = (printed: Printed): readonly string[] => {
  const { lines, first } = linesOf(printed)
  if (printed.output.kind === 'pem')
    return readPemCertificates(lines, first, printed.output.command).certificates.flatMap(({ kind, der }) => {
      const read = kind === 'ca' ? null : parseCertificate(der)
      return read?.ok ? [read.value.subject.ios] : []
    })
  return readShownCertificates(lines, first).certificates.flatMap(({ kind, subject }) =>
    kind === 'ca' || subject === null ? [] : [subject],
  )
}

/** Whose certificates a listing shows, by the names in them; null where that is not clear. */
const bySubjects = (printed: Printed, routers: readonly PrintedRouter[]): PrintedRouter | null => {
  const subjects = subjectsOf(printed)
  return only(
    routers.filter(({ configuration: { hostname } }) =>
      subjects.some((subject) => new RegExp(`=${hostname.replace(/[^\w-]/g, '\\$&')}(?:[.,+]|$)`, 'i').test(subject)),
    ),
  )
}

/** The router that printed something: as the session names it, else by its file, else by what stands in it. Null: nobody can tell. */
export const ownerOf = (printed: Printed, routers: readonly PrintedRouter[]): PrintedRouter | null => {
  const { output, recording } = printed
  if (output.router !== null)
    return routers.find(({ name }) => name.toLowerCase() === output.router?.toLowerCase()) ?? null
  const inFile = routers.filter(({ pieces }) => pieces.some(({ piece: { file } }) => file === recording.file))
  return (
    only(routers) ??
    only(inFile) ??
    only(routers.filter((router) => isNamedIn(router.name, recording.file.replace(/\.[a-z]+$/i, '')))) ??
    (output.kind === 'certificates' || output.kind === 'pem' ? bySubjects(printed, routers) : null)
  )
}
