"""The Azure Bot: it leads what people write in Teams to our door, and nothing else."""

from teams_app.setup.deployment import Deployment
from teams_app.setup.deployment import bicep as written


def bicep(made: Deployment) -> str:
    bot = {
        "name": f"vuoro-{made.app_id[:8]}",
        "location": "global",
        "kind": "azurebot",
        "sku": {"name": "F0"},
        "properties": {
            "displayName": "Vuoro",
            "endpoint": f"{made.base_url}/api/messages",
            "msaAppId": made.app_id,
            "msaAppType": "SingleTenant",
            "msaAppTenantId": made.tenant_id,
        },
    }
    return f"""\
// The Azure Bot of Vuoro, with Teams as its only channel. It has no secret: Vuoro proves
// itself with the certificate or the secret of its registration. F0 costs nothing.

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {written(bot)}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {{
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {{
    channelName: 'MsTeamsChannel'
    properties: {{
      isEnabled: true
      enableCalling: false
    }}
  }}
}}
"""
