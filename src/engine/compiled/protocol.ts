// The setters of TensorFlow's protocol messages that encoding a SavedModel needs. tfjs-node generates the classes in plain
// JavaScript; these are their types.

/** A map field. */
interface MessageMap<Value> {
  set(key: string, value: Value): unknown
}

interface ShapeDimension {
  setSize(size: number): void
}

export interface TensorShape {
  addDim(dimension: ShapeDimension): void
}

interface TensorMessage {
  setDtype(type: number): void
  setTensorShape(shape: TensorShape): void
  setTensorContent(bytes: Uint8Array): void
}

interface NameAttrList {
  setName(name: string): void
}

export interface AttributeList {
  setTypeList(types: number[]): void
  setIList(values: number[]): void
}

export interface AttributeValue {
  setType(type: number): void
  setB(value: boolean): void
  setI(value: number): void
  setF(value: number): void
  setS(value: Uint8Array): void
  setShape(shape: TensorShape): void
  setTensor(tensor: TensorMessage): void
  setFunc(name: NameAttrList): void
  setList(list: AttributeList): void
}

export interface NodeDef {
  setName(name: string): void
  setOp(op: string): void
  setInputList(inputs: string[]): void
  getAttrMap(): MessageMap<AttributeValue>
}

export interface ArgumentDef {
  setName(name: string): void
  setType(type: number): void
}

interface OpDef {
  setName(name: string): void
  addInputArg(argument: ArgumentDef): void
  addOutputArg(argument: ArgumentDef): void
}

export interface FunctionDef {
  setSignature(signature: OpDef): void
  addNodeDef(node: NodeDef): void
  getRetMap(): MessageMap<string>
}

interface FunctionDefLibrary {
  addFunction(definition: FunctionDef): void
}

interface VersionDef {
  setProducer(version: number): void
}

interface GraphDef {
  addNode(node: NodeDef): void
  setLibrary(library: FunctionDefLibrary): void
  setVersions(versions: VersionDef): void
}

interface MetaInfoDef {
  addTags(tag: string): void
}

interface MetaGraphDef {
  setMetaInfoDef(info: MetaInfoDef): void
  setGraphDef(graph: GraphDef): void
}

interface SavedModel {
  setSavedModelSchemaVersion(version: number): void
  addMetaGraphs(graph: MetaGraphDef): void
  serializeBinary(): Uint8Array
}

/** The message classes. */
export interface Protocol {
  readonly AttrValue: { new (): AttributeValue; readonly ListValue: new () => AttributeList }
  readonly FunctionDef: new () => FunctionDef
  readonly FunctionDefLibrary: new () => FunctionDefLibrary
  readonly GraphDef: new () => GraphDef
  readonly MetaGraphDef: { new (): MetaGraphDef; readonly MetaInfoDef: new () => MetaInfoDef }
  readonly NameAttrList: new () => NameAttrList
  readonly NodeDef: new () => NodeDef
  readonly OpDef: { new (): OpDef; readonly ArgDef: new () => ArgumentDef }
  readonly SavedModel: new () => SavedModel
  readonly Tensor: new () => TensorMessage
  readonly TensorShape: { new (): TensorShape; readonly Dim: new () => ShapeDimension }
  readonly VersionDef: new () => VersionDef
}
