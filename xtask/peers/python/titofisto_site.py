"""A Django site that serves the folder in MEDIA_ROOT with django-titofisto, for gunicorn; run by itself it prints tokens.

    gunicorn titofisto_site:application
    python titofisto_site.py KEY...       # for each key, the query that opens it
"""

import os
import sys

import django
from django.conf import settings
from django.urls import include, path

settings.configure(
    SECRET_KEY="a secret for benchmarks on one machine",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=[],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    MEDIA_ROOT=os.environ["MEDIA_ROOT"],
    MEDIA_URL="/media/",
    LOGGING_CONFIG=None,
)
django.setup()

urlpatterns = [path("media/", include("titofisto.urls"))]

if __name__ == "__main__":
    from titofisto import TitofistoStorage

    for key in sys.argv[1:]:
        print(TitofistoStorage().url(key).partition("?")[2])
else:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
