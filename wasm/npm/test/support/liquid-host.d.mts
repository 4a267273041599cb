export interface Setting {
  readonly type: string;
  readonly id?: string;
  readonly label?: string;
  readonly default?: unknown;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly unit?: string;
}
export interface Schema {
  readonly name: string;
  readonly target: string;
  readonly javascript?: string;
  readonly stylesheet?: string;
  readonly settings: readonly Setting[];
}
export interface Theme {
  readonly blocks: readonly string[];
  schema(name: string): Schema;
  render(name: string, on?: { readonly settings?: object; readonly page?: object }): string;
  tags(name: string): string;
}
export function openTheme(folder: string, options?: { readonly assets?: string; readonly language?: string }): Theme;
export function locale(folder: string, language: string, ofEditor: boolean): Record<string, unknown>;
