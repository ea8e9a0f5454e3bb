import { createRequire } from 'node:module'
import { Argument, Command, CommanderError, Option } from 'commander'
import type { FormatName } from '../report/index.ts'
import { exitCode, type Terminal } from './terminal.ts'

/** Runs one command line and returns its exit code. Everything a user can do wrong ends here, without a stack trace. */
export const run = async (arguments_: readonly string[], terminal: Terminal): Promise<number> => {
  let code: number = exitCode.good
  const program = buildProgram(terminal, (result) => {
    code = result
  })
  try {
    await program.parseAsync([...arguments_], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.good : exitCode.unusable
    // Only what has loaded the lab can throw its error; a command that needs no lab starts without it.
    const { InputError } = await import('../lab/index.ts')
    if (error instanceof InputError) {
      terminal.err(`${error.format()}\n`)
      return exitCode.unusable
    }
    throw error
  }
}

const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string }

/** What `--format` takes, and what for. Written here, because the help must not load what renders them. */
const formats: Readonly<Record<FormatName, string>> = {
  text: 'for a terminal',
  html: 'one page with both ladders and all the evidence',
  json: 'the verdict, by `ikewise schema verdict`',
  junit: 'JUnit XML, a test case for each direction',
  sarif: 'SARIF 2.1.0, results on the lines of the configurations',
  markdown: 'for a ticket, with sequence diagrams of Mermaid',
}

const buildProgram = (terminal: Terminal, done: (code: number) => void): Command => {
  const program = new Command('ikewise')
    .description(
      'Tells from which side a certificate-authenticated IPsec tunnel comes up, why the other side fails, and proves it by running the negotiation.',
    )
    .version(version)
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .showHelpAfterError('(ikewise --help lists the commands)')
    .exitOverride()

  program
    .command('prove')
    .description('from which side does it come up, and why not from the other?')
    .argument(
      '<inputs...>',
      'files with what the routers printed, - for standard input, or a folder: of such files, or with a lab.yaml',
    )
    .option('--initiator <router>', 'run only the direction in which this router initiates')
    .option('--out <dir>', 'write debug logs, captures, Wireshark tables, traces, and the verdict in every format')
    .addOption(
      new Option('--format <format>', 'what goes to standard output').choices(Object.keys(formats)).default('text'),
    )
    .addOption(
      new Option(
        '--ladder <detail>',
        'the ladders of the text: telling decisions, all, or none; by default telling where a direction fails',
      ).choices(['telling', 'all', 'none']),
    )
    .option('--now <time>', 'the clock of the run, ISO 8601 with offset, instead of that of lab.yaml')
    .option('--strict', 'exit with 3 where the outcome is undecided')
    .option('--fix', 'search for the smallest change that makes both directions come up, and prove it')
    .option('--can-change <router...>', 'with --fix: the routers that may be changed')
    .option(
      '--peer-config <file>',
      'with one configuration: write a configuration for the other end that was proved to come up',
    )
    .option('--what-if <event>', 'first let something happen: renew:R1:IOSCA2, expire:R1:IOSCA2 or reload:R1')
    .option('--knob <name=value...>', 'settle a behaviour on which sources disagree; `ikewise knobs` lists them')
    .addHelpText(
      'after',
      `\nFormats:\n${Object.entries(formats)
        .map(([name, text]) => `  ${name.padEnd(10)}${text}\n`)
        .join(
          '',
        )}\nExit codes:\n  0  every direction comes up\n  1  one does not, or not in every case\n  2  the input cannot be used\n  3  undecided, under --strict\n`,
    )
    .action(async (inputs: string[], options) => {
      const { prove } = await import('./prove.ts')
      done(await prove(inputs, options, terminal))
    })

  program
    .command('show')
    .description('what a router of a scenario prints: crypto pki certificates, crypto isakmp sa, crypto ipsec sa …')
    .usage('[options] <inputs...> <router> <words...>')
    .argument(
      '<arguments...>',
      'what prove takes: a scenario, files with what the routers printed, or a folder of them; then the router that is asked; then the IOS command without "show", any unique abbreviation',
    )
    .option('--initiator <router>', 'the router that has started the tunnel, for commands that show SAs')
    .action(async (arguments_: string[], options) => {
      const { show } = await import('./show.ts')
      done(show(arguments_, options, terminal))
    })

  program
    .command('causes')
    .description('the catalogue of causes: why a tunnel fails, what each side logs, who must act and what to do')
    .argument('[code]', 'print all of this one')
    .addOption(new Option('--format <format>', 'of the whole catalogue').choices(['text', 'markdown']).default('text'))
    .action(async (code: string | undefined, options) => {
      const { causes } = await import('./causes.ts')
      done(causes(code, options, terminal))
    })

  program
    .command('knobs')
    .description('behaviours of IOS on which sources disagree, with their values and sources')
    .action(async () => {
      const { knobs } = await import('./knobs.ts')
      done(knobs(terminal))
    })

  program
    .command('schema')
    .description('the JSON Schema of verdict.json or of trace.json')
    .addArgument(new Argument('<name>', 'which one').choices(['verdict', 'trace']))
    .action(async (name: string) => {
      const { schema } = await import('./schema.ts')
      done(schema(name, terminal))
    })

  return program
}
