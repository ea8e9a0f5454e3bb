import { parseSync } from 'oxc-parser'

/**
 * JSON Schema from TypeScript declarations, for the types that the trace uses: interfaces, aliases, literals, unions,
 * arrays, template literals and type parameters. Anything else is an error, so that a schema never says less than a type.
 */
export type Schema = { readonly [keyword: string]: unknown }

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

/** A declared type, with what its doc comment says. */
export interface Declaration {
  readonly name: string
  readonly doc: string
  readonly parameters: readonly string[]
  readonly node: Node
  readonly docOf: (node: Node) => string
}

export interface Field {
  readonly name: string
  readonly optional: boolean
  readonly doc: string
  readonly type: Node
}

const children = (node: Node, key: string): readonly Node[] => (node[key] ?? []) as readonly Node[]
const child = (node: Node, key: string): Node => node[key] as Node
const nameOf = (node: Node): string => String(node.name ?? node.value)

/** The doc comment that ends just before a place, on one line. */
const docComments = (text: string): ((node: Node) => string) => {
  const comments = parseSync('comments.ts', text).comments.filter(({ value }) => value.startsWith('*'))
  return ({ start }) => {
    const found = comments.find(({ end }) => end <= start && /^\s*(?:export )?$/.test(text.slice(end, start)))
    return (found?.value ?? '')
      .replace(/^\*/, '')
      .replaceAll(/\n\s*\*/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
  }
}

/** Every type that a set of files declares, by name. */
export const declarationsOf = (texts: readonly string[]): ReadonlyMap<string, Declaration> =>
  new Map(
    texts.flatMap((text) => {
      const { program, errors } = parseSync('types.ts', text)
      if (errors.length > 0) throw new Error(`unparsable: ${errors[0]?.message}`)
      const docOf = docComments(text)
      return (program.body as unknown as readonly Node[]).flatMap((statement) => {
        const node = (statement.declaration as Node | null) ?? statement
        if (node.type !== 'TSInterfaceDeclaration' && node.type !== 'TSTypeAliasDeclaration') return []
        const name = nameOf(child(node, 'id'))
        const parameters = node.typeParameters ? children(child(node, 'typeParameters'), 'params') : []
        const declaration: Declaration = {
          name,
          doc: docOf(statement),
          parameters: parameters.map((parameter) => nameOf(child(parameter, 'name'))),
          node,
          docOf,
        }
        return [[name, declaration] as const]
      })
    }),
  )

const membersOf = (members: readonly Node[], docOf: (node: Node) => string): readonly Field[] =>
  members.map((member) => {
    if (member.type !== 'TSPropertySignature') throw new Error(`a member that is no field: ${member.type}`)
    return {
      name: nameOf(child(member, 'key')),
      optional: member.optional === true,
      doc: docOf(member),
      type: child(child(member, 'typeAnnotation'), 'typeAnnotation'),
    }
  })

/** Turns types into schemas; what they refer to is collected in `definitions`. */
export class TypeReader {
  readonly #declarations: ReadonlyMap<string, Declaration>
  readonly definitions: Map<string, Schema> = new Map()

  constructor(declarations: ReadonlyMap<string, Declaration>) {
    this.#declarations = declarations
  }

  declaration(name: string): Declaration {
    const found = this.#declarations.get(name)
    if (!found) throw new Error(`no type ${name}`)
    return found
  }

  /** The fields of an interface, those that it inherits first. */
  fieldsOf(name: string): readonly (Field & { readonly owner: Declaration })[] {
    const owner = this.declaration(name)
    const inherited = children(owner.node, 'extends').flatMap((parent) =>
      this.fieldsOf(nameOf(child(parent, 'expression'))),
    )
    const own = membersOf(children(child(owner.node, 'body'), 'body'), owner.docOf)
    return [...inherited, ...own.map((field) => ({ ...field, owner }))]
  }

  schemaOf(node: Node, owner: Declaration, bound: ReadonlyMap<string, Schema> = new Map()): Schema {
    const inner = (type: Node): Schema => this.schemaOf(type, owner, bound)
    switch (node.type) {
      case 'TSStringKeyword':
        return { type: 'string' }
      case 'TSNumberKeyword':
        return { type: 'number' }
      case 'TSBooleanKeyword':
        return { type: 'boolean' }
      case 'TSNullKeyword':
        return { type: 'null' }
      case 'TSLiteralType':
        return { const: child(node, 'literal').value }
      case 'TSTypeOperator':
      case 'TSParenthesizedType':
        return inner(child(node, 'typeAnnotation'))
      case 'TSArrayType':
        return { type: 'array', items: inner(child(node, 'elementType')) }
      case 'TSTypeLiteral':
        return this.#object(membersOf(children(node, 'members'), owner.docOf), owner, bound)
      case 'TSUnionType':
        return this.#union(children(node, 'types').map(inner))
      case 'TSTemplateLiteralType':
        return this.#template(node, inner)
      case 'TSTypeReference':
        return this.#reference(node, inner, bound)
      default:
        throw new Error(`a type that no schema is known for: ${node.type}`)
    }
  }

  /** The values of a schema that is nothing but values, followed through references. */
  valuesOf(schema: Schema): readonly unknown[] | null {
    if ('const' in schema) return [schema.const]
    if (Array.isArray(schema.enum)) return schema.enum
    if (typeof schema.$ref === 'string') {
      const target = this.definitions.get(schema.$ref.replace('#/$defs/', ''))
      return target === undefined ? null : this.valuesOf(target)
    }
    return null
  }

  #object(fields: readonly Field[], owner: Declaration, bound: ReadonlyMap<string, Schema>): Schema {
    return {
      type: 'object',
      properties: Object.fromEntries(
        fields.map(({ name, type, doc }) => {
          const schema = this.schemaOf(type, owner, bound)
          return [name, doc === '' ? schema : { description: doc, ...schema }]
        }),
      ),
      required: fields.filter(({ optional }) => !optional).map(({ name }) => name),
      additionalProperties: false,
    }
  }

  #union(schemas: readonly Schema[]): Schema {
    const values = schemas.map((schema) => this.valuesOf(schema))
    return values.every((each) => each !== null) ? { enum: values.flat() } : { anyOf: schemas }
  }

  #template(node: Node, inner: (type: Node) => Schema): Schema {
    const parts = children(node, 'quasis').map((part) => String((part.value as { cooked: string }).cooked))
    const choices = children(node, 'types').map((type) => this.valuesOf(inner(type)))
    let texts: readonly string[] = [parts[0] ?? '']
    choices.forEach((values, index) => {
      if (values === null) throw new Error('a template of what is no list of values')
      texts = texts.flatMap((text) => values.map((value) => `${text}${String(value)}${parts[index + 1] ?? ''}`))
    })
    return { enum: texts }
  }

  #reference(node: Node, inner: (type: Node) => Schema, bound: ReadonlyMap<string, Schema>): Schema {
    const name = nameOf(child(node, 'typeName'))
    const parameter = bound.get(name)
    if (parameter) return parameter
    const arguments_ = node.typeArguments ? children(child(node, 'typeArguments'), 'params') : []
    if (name === 'Record' && arguments_[1]?.type === 'TSNeverKeyword')
      return { type: 'object', properties: {}, required: [], additionalProperties: false }
    if (!this.definitions.has(name)) {
      const declaration = this.declaration(name)
      const binding = new Map(
        declaration.parameters.map((each, index) => [each, inner(arguments_[index] ?? node)] as const),
      )
      this.definitions.set(name, {})
      const schema =
        declaration.node.type === 'TSInterfaceDeclaration'
          ? this.#object(this.fieldsOf(name), declaration, binding)
          : this.schemaOf(child(declaration.node, 'typeAnnotation'), declaration, binding)
      this.definitions.set(name, declaration.doc === '' ? schema : { description: declaration.doc, ...schema })
    }
    return { $ref: `#/$defs/${name}` }
  }
}
