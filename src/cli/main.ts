#!/usr/bin/env node
import { readBundle, runBundle } from './bundle.ts'

runBundle(readBundle(import.meta.dirname))
