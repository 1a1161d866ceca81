// The pictures that an operator of the responder needs, drawn from its log lines.

param name string
param location string
param tags object
param componentId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, name, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Disconnect responder ${name}'
    category: 'workbook'
    sourceId: componentId
    serializedData: string(union(loadJsonContent('../workbook.json'), { fallbackResourceIds: [componentId] }))
    version: 'Notebook/1.0'
  }
}
